"""Campaigns, newsletters, surveys and their figures."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Date,
    Flag,
    Int,
    ListOf,
    Money,
    OneOf,
    Percent,
    Quoted,
    Record,
    Time,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import COUNTRY, LANGUAGE

CAMPAIGN = Words(
    "{} {}",
    ("Spring", "Summer", "Autumn", "Winter", "Back to School", "Anniversary", "Early Bird"),
    ("Sale", "Launch", "Teaser", "Giveaway", "Roadshow"),
)
AUDIENCE = OneOf(
    "new parents",
    "students",
    "returning customers",
    "dog owners",
    "home cooks",
    "cyclists",
    "small firms",
    "frequent flyers",
)
SURVEY = Code("SV-####")
DAY = Date((2026, 2027))
PAGE = Words(
    "https://{}.example/{}",
    ("northwind", "lumen", "harbor", "petalry", "brewbox"),
    ("sale", "news", "launch", "gift-guide", "signup", "summer"),
)

DOMAIN = Domain(
    "marketing",
    Plan(
        "create_ad_campaign",
        "Create an advertising campaign.",
        {
            "name": need(CAMPAIGN, "Name of the campaign."),
            "channel": need(
                Choice("search", "display", "video", "radio", social="social media"),
                "Where the ads run: search engines, display banners, social media, video, radio.",
            ),
            "budget": need(Money(500, 40000), "Whole budget in dollars."),
            "audience": opt(AUDIENCE, "Who should see it."),
            "start": opt(DAY, "First day as YYYY-MM-DD; today where it is left out."),
            "days": opt(Int(5, 60, 5), "How many days it runs.", default=30),
        },
        say=[
            "[Create|Set up] a campaign called {name} for {channel} ads with a budget of "
            "{budget}<, aimed at {audience}><, from {start}><, for {days} days>.",
            "We want to advertise through {channel} ads<, to reach {audience}>. The campaign is "
            "named {name} and may cost {budget}<; it begins on {start}>.",
            "New ad campaign: {name}, channel {channel}, {budget}<, audience {audience}><, start "
            "{start}><, {days} days>.",
            "There is {budget} left in the budget, so let us spend it on {channel} ads<, running "
            "{days} days><, for {audience}>. [Call the campaign|The campaign name is] {name}.",
        ],
        vague=[
            "[Create|Set up] a campaign called {name}.",
            "We want to advertise through {channel} ads<, to reach {audience}>.",
        ],
    ),
    Plan(
        "send_newsletter",
        "Send an email to everybody on a mailing list.",
        {
            "list_name": need(
                OneOf(
                    "subscribers",
                    "vip",
                    "trial-users",
                    "partners",
                    "press",
                    "inactive-90d",
                    "wholesale",
                    "beta-testers",
                ),
                "Name of the mailing list.",
            ),
            "subject": need(
                Quoted(
                    "Our spring collection is here",
                    "A small thank-you",
                    "You are invited",
                    "What changed this month",
                    "Last chance to save",
                    "Meet the new team",
                    "Five recipes for June",
                ),
                "Subject line.",
            ),
            "template": need(
                Words("{}-{}", ("plain", "photo", "digest", "promo"), ("v1", "v2", "v3")),
                "Name of the template.",
            ),
            "send_at": opt(
                Time(), "Time of day today as HH:MM, 24-hour clock; at once where it is left out."
            ),
            "test_only": opt(
                Flag("only as a test to myself", "to the real readers"),
                "true sends it to the author alone.",
                default=False,
            ),
        },
        say=[
            "Send a mail with the subject {subject} to the list {list_name}, template "
            "{template}<, at {send_at}><, {test_only}>.",
            "[Mail|Write to] everybody on {list_name}. Subject: {subject}; template: {template}<; "
            "time: {send_at}><; {test_only}>.",
            "The newsletter is ready. It uses template {template}, goes to the list {list_name} "
            "and is headed {subject}. [Send it|Please send it]<, {test_only}>< at {send_at}>.",
            "Newsletter to {list_name}, please: {template}, {subject}<, {send_at}><, {test_only}>.",
        ],
        vague=[
            "The newsletter is ready. [Send it|Please send it]<, {test_only}>.",
            "Send a mail with the subject {subject} to our readers.",
        ],
    ),
    Plan(
        "schedule_brand_post",
        "Plan a post for the firm's account on a network.",
        {
            "network": need(
                Choice("Instagram", "LinkedIn", "TikTok", "Facebook", "Pinterest"), "The network."
            ),
            "text": need(
                Quoted(
                    "Guess what is coming on Monday",
                    "Behind the scenes at our bakery",
                    "We are hiring!",
                    "Ten years of us",
                    "Which colour would you pick?",
                    "Meet us at the fair",
                    "Free shipping this weekend",
                ),
                "Text of the post.",
            ),
            "date": need(DAY, "Day as YYYY-MM-DD."),
            "time": need(Time(), "Time of day as HH:MM, 24-hour clock."),
            "hashtags": opt(
                ListOf(
                    OneOf(
                        "#smallbusiness",
                        "#newin",
                        "#handmade",
                        "#weekend",
                        "#team",
                        "#giveaway",
                        "#local",
                    ),
                    1,
                    3,
                ),
                "Hashtags, each with the # sign.",
            ),
        },
        say=[
            "[Post|Publish] {text} on {network} on {date} at {time}<, tagged {hashtags}>.",
            "I want {text} to go out on our {network} page on {date}, {time}<, with {hashtags}>.",
            "On {date} at {time} our followers on {network} should read {text}<. Add {hashtags}>. "
            "[Please schedule it|Schedule it].",
            "Planned post: {network}, {date}, {time}, {text}<, hashtags {hashtags}>.",
        ],
        vague=["[Post|Publish] {text} on our page.", "Plan a post on {network} for {date}."],
    ),
    Plan(
        "create_customer_survey",
        "Make a survey out of questions.",
        {
            "title": need(
                Quoted(
                    "How was your visit?",
                    "Product feedback",
                    "Tell us about your summer",
                    "Delivery survey",
                    "Shop opening hours",
                    "Your first month with us",
                ),
                "Title of the survey.",
            ),
            "questions": need(
                ListOf(
                    Quoted(
                        "How did you hear about us?",
                        "Would you come again?",
                        "What did you miss?",
                        "Was the staff friendly?",
                        "How old are you?",
                        "Which product do you like best?",
                        "How long did you wait?",
                    ),
                    2,
                    3,
                ),
                "The questions in their order.",
            ),
            "language": opt(LANGUAGE, "Language of the survey.", default="English"),
            "anonymous": opt(
                Flag("anonymous", "with names"), "Whether names stay unknown.", default=True
            ),
        },
        say=[
            "[Make|Create] a survey named {title} with the questions {questions}<, in "
            "{language}><; it should be {anonymous}>.",
            "We would like to ask our customers {questions}. Put that into a survey titled "
            "{title}<, {anonymous}><, language {language}>.",
            "Survey {title}<, {language}><, {anonymous}>. The questions are {questions}.",
            "Guests keep complaining and nobody knows why, so we need a survey: {title}. [Ask "
            "them|It should ask] {questions}<, in {language}>.",
        ],
        vague=[
            "[Make|Create] a survey named {title}<, in {language}>.",
            "We would like to ask our customers {questions}. Put that into a survey.",
        ],
    ),
    Plan(
        "survey_results",
        "Sum up the answers to a survey.",
        {
            "survey_id": need(SURVEY, "Number of the survey, such as SV-1234."),
            "group_by": opt(
                Choice("age", "country", "device", "gender", visit_day="day of the visit"),
                "Split the answers by this.",
            ),
        },
        say=[
            "What came out of survey {survey_id}<, split by {group_by}>?",
            "[Sum up|Show] the answers to {survey_id}<, grouped by {group_by}>.",
            "The survey {survey_id} closed last night. [How did people answer|What do people "
            "say]<, by {group_by}>?",
            "Results of {survey_id}<, broken down by {group_by}>, please.",
        ],
        vague=["What came out of our survey<, split by {group_by}>?"],
    ),
    Plan(
        "ab_test_significance",
        "Tell whether the difference between two variants of a page is more than chance.",
        {
            "visitors": need(
                Record(
                    "{a} visitors for A and {b} for B",
                    {"a": Int(800, 9000), "b": Int(800, 9000)},
                    {"a": "Visitors of variant A.", "b": "Visitors of variant B."},
                ),
                "Visitors of each variant.",
            ),
            "conversions": need(
                Record(
                    "{a} conversions for A and {b} for B",
                    {"a": Int(20, 400), "b": Int(20, 400)},
                    {"a": "Conversions of variant A.", "b": "Conversions of variant B."},
                ),
                "Conversions of each variant.",
            ),
            "confidence": opt(
                Percent(90, 99, fraction=True, digits=0),
                "Confidence level as a fraction, 0.95 for 95%.",
                default=0.95,
            ),
        },
        say=[
            "We had {visitors}, and {conversions}. [Is that more than chance|Is the difference "
            "significant]<, at {confidence} confidence>?",
            "[Evaluate|Check] the A/B test for significance: {visitors}; {conversions}<; "
            "confidence "
            "{confidence}>.",
            "My boss thinks that B won. There were {conversions}, out of {visitors}. Can I "
            "believe it<, with {confidence} confidence>?",
            "Our A/B test ended with {visitors}, {conversions}. Significant<, at a level of "
            "{confidence}>?",
        ],
        vague=[
            "We had {visitors}. [Is the difference significant|Did B win]?",
            "Is the result of my A/B test significant< at {confidence} confidence>?",
        ],
    ),
    Plan(
        "return_on_ad_spend",
        "Work out how much revenue each dollar of advertising brought.",
        {
            "revenue": need(Money(5000, 200000), "Revenue that came through the ads, in dollars."),
            "ad_spend": need(Money(500, 40000), "Cost of the ads in dollars."),
            "margin": opt(
                Percent(20, 70, fraction=True, digits=0),
                "Profit margin as a fraction, 0.4 for 40%: the profit is told too.",
            ),
        },
        say=[
            "We spent {ad_spend} on ads and they brought {revenue} in sales<, at a margin of "
            "{margin}>. [What is the return|What did each dollar bring]?",
            "[Compute|Work out] the return on ad spend: revenue {revenue}, cost {ad_spend}<, "
            "margin {margin}>.",
            "Sales through the ads came to {revenue}<, with {margin} margin>. The ads cost "
            "{ad_spend}. Was it worth it? I need the return on ad spend.",
            "For {ad_spend} of advertising we got {revenue} of revenue<; our margin is {margin}>. "
            "What is the ratio?",
        ],
        vague=[
            "We spent {ad_spend} on ads. What is the return on ad spend?",
            "The ads brought {revenue} in sales. What did each dollar of advertising bring?",
        ],
    ),
    Plan(
        "shorten_campaign_link",
        "Make a short link that counts its clicks.",
        {
            "url": need(PAGE, "Address of the page."),
            "alias": opt(
                Words(
                    "{}{}",
                    ("go", "hello", "deal", "yay", "news"),
                    ("2026", "now", "-ig", "-mail", "-fr"),
                ),
                "Last part of the short link.",
            ),
            "utm_source": opt(
                OneOf("newsletter", "flyer", "podcast", "instagram", "billboard", "partner"),
                "Where the link is shown.",
            ),
            "expires": opt(DAY, "Day the link stops working, as YYYY-MM-DD."),
        },
        say=[
            "[Shorten|Make a short link for] {url}<, ending in {alias}><, with the source "
            "{utm_source}><, valid until {expires}>.",
            "I need a link to {url} that counts clicks<, for the source {utm_source}><. It should "
            "end in {alias}><, and it expires on {expires}>.",
            "The address {url} is too long for the poster. Can you make it [short|shorter]<, with "
            "{alias} at the end><, until {expires}>?",
            "Short link please: {url}<, alias {alias}><, source {utm_source}><, expires "
            "{expires}>.",
        ],
        vague=[
            "I need a short link<, ending in {alias}><, for the source {utm_source}>.",
            "Our link is too long for the poster. Can you make it [short|shorter]?",
        ],
    ),
    Plan(
        "net_promoter_score",
        "Work out the net promoter score from ratings of 0 to 10.",
        {"ratings": need(ListOf(Int(0, 10), 4, 8, brackets=True), "The ratings, 0 to 10 each.")},
        say=[
            "Our customers rated us {ratings}. [What is our net promoter score|Which net promoter "
            "score is that]?",
            "[Compute|Calculate] the NPS for the ratings {ratings}.",
            "The cards by the till say {ratings}, each on a scale from 0 to 10. What promoter "
            "score do we get?",
            "Promoter score, please! Ratings: {ratings}.",
        ],
        vague=["What is our net promoter score?"],
    ),
    Plan(
        "keyword_search_volume",
        "Tell how often words are searched for in a month and what a click costs.",
        {
            "keywords": need(
                ListOf(
                    OneOf(
                        "vegan cake",
                        "used bikes",
                        "garden shed",
                        "phone repair",
                        "yoga class",
                        "wedding flowers",
                        "solar panels",
                        "dog food",
                        "coffee beans",
                        "escape room",
                    ),
                    1,
                    4,
                ),
                "The words that people type.",
            ),
            "country": opt(COUNTRY, "Only searches from this country; all where it is left out."),
        },
        say=[
            "How often do people search for {keywords}<, in {country}>?",
            "[Get|Show] me search volume and click price for {keywords}<, country {country}>.",
            "We are choosing words to bid on. [How popular are these|Tell me how popular these "
            "are]<, looking at {country} only>: {keywords}.",
            "Search volume for {keywords}<, from {country}>, please.",
        ],
        vague=["How often do people search for our keywords<, in {country}>?"],
    ),
)
