"""Films, shows and streaming."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Date,
    Flag,
    Int,
    ListOf,
    Num,
    OneOf,
    Quoted,
    Time,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import FIRST_NAME, FIRST_NAMES

TITLES = (
    "The Third Man; Paper Moon; Blade Runner; Amadeus; Chinatown; Spirited Away; The "
    "Conversation; Notorious; Local Hero; Gattaca; Moonstruck; Ratatouille; Rear Window; Barry "
    "Lyndon; The Apartment; Wings of Desire; Tokyo Story; Memento; The Red Shoes; Badlands; "
    "Paterson; Sunset Boulevard; Fargo; Arrival"
).split("; ")
SHOWS = (
    "Harbor Lights; The Long Winter; Borgen; Station North; Detectorists; Dark Matter; The "
    "Bridge; Copper Street; Northern Exposure; Silent Orbit; Fawlty Towers; Halt and Catch Fire; "
    "The Glass Court; Twin Peaks"
).split("; ")
CINEMAS = (
    "Rialto; Odeon Mill Street; Lumen Cinema; Capitol Theatre; Filmhouse 7; Electric Palace; "
    "Tivoli; Kino Central; Roxy Downtown; Harbor Screens; Majestic Ten; Cinema Paradiso"
).split("; ")
REVIEWS = (
    "Slow start, great ending; The score alone is worth it; Not for the faint of heart; "
    "I fell asleep twice; A small miracle; Better than the book; Too long by half an hour; "
    "Wonderful cast, thin story; Made me call my mother; Pure joy"
).split("; ")
GENRES = "comedy drama horror western documentary thriller musical".split()
TITLE = OneOf(*TITLES)
SHOW = OneOf(*SHOWS)
COUNTRY_CODE = Choice(
    US="the United States",
    GB="the UK",
    DE="Germany",
    FR="France",
    CA="Canada",
    JP="Japan",
    AU="Australia",
    IN="India",
    BR="Brazil",
    SE="Sweden",
)

DOMAIN = Domain(
    "movies",
    Plan(
        "discover_films",
        "Suggest films of a genre, narrowed by year, length and rating.",
        {
            "genre": need(
                Choice(*GENRES, sci_fi="science fiction"),
                "Genre of the films.",
            ),
            "released_after": opt(
                Int(1950, 2020), "Only films released after this year, such as 1994."
            ),
            "max_minutes": opt(Int(80, 180, 5), "Longest running time, in minutes."),
            "min_rating": opt(Num(5, 9), "Lowest viewer rating, from 0 to 10.", default=0),
        },
        say=[
            "[Suggest|Recommend] some {genre} films< made after {released_after}>"
            "< that run no longer than {max_minutes} minutes><, rated {min_rating} or higher>.",
            "We have a free evening and the kids are asleep. Which {genre} films"
            "< under {max_minutes} minutes>< with a rating of at least {min_rating}> "
            "[could we watch|would you suggest]?",
            "I'm in the mood for {genre} movies<, nothing over {max_minutes} minutes>"
            "<, released later than {released_after}>. [Any ideas|What is there]?",
            "Film ideas please: {genre}<, newer than {released_after}><, {min_rating} out of ten "
            "or better>.",
        ],
        vague=[
            "Suggest some films< that run no longer than {max_minutes} minutes>.",
            "I need ideas for films< with a rating of at least {min_rating}>.",
        ],
    ),
    Plan(
        "film_facts",
        "Look up the director, cast, plot and awards of one film.",
        {
            "title": need(TITLE, "Title of the film as it was released."),
            "year": opt(Int(1940, 2022), "Year of release, to tell films of the same title apart."),
            "section": opt(
                Choice(cast="the cast", plot="the plot", awards="the awards", crew="the crew"),
                "The one section to return; all of them where it is left out.",
            ),
        },
        say=[
            "[Look up|Pull up] the film {title}< from {year}><, I only want {section}>.",
            "What do you [have|know] about the movie {title}< of {year}>?< Just {section}, "
            "please.>",
            "My sister keeps talking about {title}< ({year})> and I have never seen it. "
            "[Tell me about that film|What is known about it]<; {section} will do>.",
            "I was wondering about the film {title}< that came out in {year}>. "
            "Could you [find|get] its details?",
        ],
        vague=["[Look up|Find] a film for me.", "Tell me about the movie< from {year}>."],
    ),
    Plan(
        "get_showtimes",
        "List the times at which a cinema shows films on a day.",
        {
            "cinema": need(OneOf(*CINEMAS), "Name of the cinema."),
            "date": need(Date((2024, 2026)), "Day of the showings, as YYYY-MM-DD."),
            "film": opt(TITLE, "Only showings of this film; all films where it is left out."),
            "format": opt(Choice("2D", "3D", "IMAX"), "Only showings in this format."),
        },
        say=[
            "What [is on|is playing] at {cinema} on {date}<, in {format}>?",
            "When does {cinema} show films on {date}<, {film} in particular><, in {format}>?",
            "[Show|List] the showtimes of {date} at {cinema}< for {film}>< in {format}>.",
            "Friends are visiting and we would like to go to {cinema} on {date}. "
            "[What are the showtimes|At what times are the showings]< of {film}>< in {format}>?",
            "Showtimes< for {film}> at {cinema}, {date}<, {format} only>.",
        ],
        vague=[
            "What are the showtimes< for {film}> on {date}?",
            "[Show|List] the showtimes at {cinema}.",
        ],
    ),
    Plan(
        "reserve_cinema_seats",
        "Reserve seats for one showing in a cinema.",
        {
            "showing_id": need(Code("SH-#####"), "Identifier of the showing, such as SH-20417."),
            "seats": need(
                ListOf(Code("@1#"), 1, 4), "Seats by row letter and number, such as C17."
            ),
        },
        say=[
            "[Reserve|Book|Hold] {seats} for showing {showing_id}.",
            "I would like {seats} at the showing {showing_id}.",
            "We finally agreed on a movie, it is showing {showing_id}. "
            "[Please reserve|Go ahead and book] {seats}.",
            "For showing {showing_id}, are you able to [reserve|put aside] {seats} for me?",
        ],
        vague=["[Reserve|Book] seats for showing {showing_id}.", "Book me {seats} at the cinema."],
    ),
    Plan(
        "rate_film",
        "Store the user's rating of a film they saw, with a review if there is one.",
        {
            "title": need(TITLE, "Title of the film."),
            "stars": need(Int(1, 5), "Rating from 1, worst, to 5, best."),
            "review": opt(
                Quoted(*REVIEWS),
                "Text of the review.",
            ),
            "spoilers": opt(
                Flag("mark it as containing spoilers", "there are no spoilers in it"),
                "Whether the review gives the plot away.",
                default=False,
            ),
        },
        say=[
            "[Rate|Score] {title} with {stars} out of 5<. My review: {review}><; {spoilers}>.",
            "I saw {title} [last night|yesterday]. Give it a {stars} out of five"
            "< and add {review} as my review><, and {spoilers}>.",
            "[Save|Store] my rating for the movie {title}: {stars} of 5 stars"
            "<, with the comment {review}>.",
            "Put me down for {stars} on the five-star scale for {title}"
            "<, and write {review} as the review>.",
        ],
        vague=["I want to rate {title}.", "Give the movie I saw a rating."],
    ),
    Plan(
        "watchlist_add",
        "Put a film on a profile's watchlist, to be seen later.",
        {
            "title": need(TITLE, "Title of the film."),
            "profile": need(FIRST_NAME, "Name of the profile that owns the list."),
        },
        say=[
            "Put {title} on the watchlist of {profile}.",
            "{profile} wants to see {title} some day. Please [save it for later|note it].",
            "Can you [save|keep] the film {title} for later in the profile of {profile}?",
            "Watchlist for {profile}: {title}.",
        ],
        vague=[
            "[Add|Put] something on the watchlist of {profile}.",
            "Save a film for later in my list.",
        ],
    ),
    Plan(
        "where_to_stream",
        "Find the streaming services that carry a film or show in a country.",
        {
            "title": need(OneOf(*TITLES, *SHOWS), "Title of the film or show."),
            "country": need(COUNTRY_CODE, "Two-letter code of the country."),
            "offers": opt(
                ListOf(
                    Choice(
                        rent="to rent",
                        buy="to buy",
                        subscription="in a subscription",
                        free="for free",
                    ),
                    1,
                    2,
                ),
                "Kinds of offers to include; all where it is left out.",
            ),
        },
        say=[
            "Where can I [stream|watch] {title} in {country}?< I want it {offers}.>",
            "Which streaming services in {country} [have|carry] {title}< {offers}>?",
            "I just moved to {country} and would love to see {title} again. "
            "[Who streams it there|Which service has it]<, {offers}>?",
            "[Find|Check] who offers {title} for streaming in {country}<, {offers} only>.",
        ],
        vague=["Where can I stream {title}?", "Which streaming services are there in {country}?"],
    ),
    Plan(
        "list_episodes",
        "List the episodes of one season of a show.",
        {
            "show": need(SHOW, "Name of the show."),
            "season": need(Int(1, 9), "Number of the season, counted from 1."),
        },
        say=[
            "[List|Show me|Give me] the episodes of {show}, season {season}.",
            "What episodes does season {season} of {show} have?",
            "I lost track halfway through {show}. [Which|What] episodes are in season {season}?",
            "I would like an episode list for season {season} of {show}.",
        ],
        vague=[
            "[List|Show me] all the episodes of season {season}.",
            "What episodes are there in {show} for one season?",
        ],
    ),
    Plan(
        "set_viewing_limits",
        "Restrict what a profile of a streaming account may watch, and for how long.",
        {
            "profile": need(FIRST_NAME, "Name of the profile."),
            "max_age_rating": need(
                Choice(
                    all_ages="suitable for all ages",
                    age_7="suitable from age 7",
                    age_12="suitable from age 12",
                    age_16="suitable from age 16",
                ),
                "Highest age rating that the profile may play.",
            ),
            "daily_minutes": opt(
                Int(30, 180, 15), "Minutes of viewing per day; no limit where it is left out."
            ),
            "bedtime": opt(
                OneOf("19:00", "19:30", "20:00", "20:15", "20:30", "21:00", "21:45", "22:00"),
                "Time after which nothing plays, as HH:MM in 24 hours.",
            ),
        },
        say=[
            "[Limit|Restrict] the profile of {profile} to content {max_age_rating}"
            "<, {daily_minutes} minutes a day><, nothing after {bedtime}>.",
            "The profile {profile} should only get what is {max_age_rating}"
            "<, for at most {daily_minutes} minutes per day><, and nothing past {bedtime}>.",
            "My youngest watches far too much. On the profile {profile}, [allow|permit] only "
            "titles {max_age_rating}<; cap it at {daily_minutes} minutes a day>"
            "<; block everything after {bedtime}>.",
            "Could you set it up so that {profile} can only play shows {max_age_rating}"
            "< and stops at {bedtime}>?",
        ],
        vague=[
            "[Limit|Restrict] what {profile} may watch.",
            "Set viewing limits< of {daily_minutes} minutes a day> on a child's profile.",
        ],
    ),
    Plan(
        "create_watch_party",
        "Plan a shared viewing of a film in which friends play it in step.",
        {
            "film": need(TITLE, "Title of the film."),
            "date": need(Date((2025, 2026)), "Day of the party, as YYYY-MM-DD."),
            "start": need(Time(), "Start, as HH:MM in 24 hours."),
            "guests": need(ListOf(OneOf(*FIRST_NAMES), 1, 4), "First names of those invited."),
            "allow_chat": opt(
                Flag("leave the chat on", "turn the chat off"),
                "Whether guests may chat while the film plays.",
                default=True,
            ),
        },
        say=[
            "[Set up|Plan] a watch party for {film} on {date} at {start} with {guests}"
            "<, and {allow_chat}>.",
            "I want to watch {film} online together with {guests}, on {date}, starting {start}"
            "<. Please {allow_chat}>.",
            "It's been ages since we all watched something together. [Invite|Get] {guests} "
            "to a shared viewing of {film} at {start} on {date}<; {allow_chat}>.",
            "Group viewing: {film}, {date}, {start}, guests {guests}<, {allow_chat}>.",
        ],
        vague=[
            "Plan a watch party for {film}.",
            "[Set up|Plan] a group viewing with {guests} at {start}.",
        ],
    ),
)
