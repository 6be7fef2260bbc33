"""Products, carts and orders of online shops."""

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
    Quoted,
    Record,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITY, EMAIL, FIRST_NAME

PRODUCT = OneOf(
    "wireless headphones",
    "espresso machine",
    "yoga mat",
    "desk lamp",
    "hiking boots",
    "rain jacket",
    "board game",
    "mechanical keyboard",
    "cast iron pan",
    "electric toothbrush",
    "backpack",
    "bluetooth speaker",
    "office chair",
    "air fryer",
    "tent",
    "stroller",
    "fitness watch",
    "robot vacuum",
    "water bottle",
    "garden hose",
)
ITEM = Code("SKU-####")
ORDER = Code("ORD-######")
BRAND = OneOf(
    "Norvik",
    "Aurelo",
    "Tanzo",
    "Brightwell",
    "Kestrel",
    "Umbra Home",
    "Peak & Pine",
    "Solis",
    "Hartmann",
    "Vela",
)

DOMAIN = Domain(
    "shopping",
    Plan(
        "search_products",
        "Search the shop for products.",
        {
            "query": need(PRODUCT, "What is looked for, in a few words."),
            "brand": opt(BRAND, "Only this brand."),
            "max_price": opt(Money(20, 400), "Highest price in dollars."),
            "min_rating": opt(Int(2, 5), "Fewest stars in the ratings, 1 to 5."),
            "sort_by": opt(
                Choice(
                    price_asc="the cheapest first",
                    price_desc="the dearest first",
                    rating="the best rated first",
                    newest="the newest first",
                ),
                "Order of the results: price_asc is cheapest first, price_desc dearest first.",
                default="rating",
            ),
        },
        say=[
            "What [comes up|do you have] for {query}<, made by {brand}><, for at most "
            "{max_price}><, {sort_by}>?",
            "[Search|Look] for {query}<, brand {brand}><, up to {max_price}><, {min_rating} stars "
            "or better>.",
            "My old one broke, so I need this: {query}. [Show me what you have|List what you "
            "sell]< under {max_price}><, {sort_by}>.",
            "I would like to see the results for {query}<, {sort_by}><, only from {brand}><, with "
            "{min_rating} stars at least>.",
        ],
        vague=[
            "What do you have< by {brand}> for at most {max_price}?",
            "Search the shop for me<, {sort_by}>.",
        ],
    ),
    Plan(
        "add_item_to_cart",
        "Put a product into the user's cart.",
        {
            "sku": need(ITEM, "Article number, such as SKU-1234."),
            "quantity": need(Int(1, 12), "How many pieces."),
            "size": opt(Choice("XS", "S", "M", "L", "XL"), "Size, for clothes."),
            "color": opt(
                OneOf(
                    "black",
                    "navy",
                    "olive",
                    "red",
                    "beige",
                    "grey",
                    "teal",
                    "mustard",
                    "white",
                    "plum",
                ),
                "Colour.",
            ),
            "gift_wrap": opt(
                Flag("gift-wrapped", "without gift wrapping"),
                "Whether it is wrapped as a gift.",
                default=False,
            ),
        },
        say=[
            "[Put|Drop] {sku} in my cart, quantity {quantity}<, size {size}><, in {color}><, "
            "{gift_wrap}>.",
            "I will take {sku}<, colour {color}><, size {size}><, {gift_wrap}>. Number of pieces: "
            "{quantity}. [Into the cart with it|Put that in the cart], please.",
            "The one I like is {sku}< in {color}>. My cart should have {quantity} of it<, in size "
            "{size}><, {gift_wrap}>.",
            "Cart: {quantity} x {sku}<, {size}><, {color}><, {gift_wrap}>.",
        ],
        vague=[
            "[Put|Add] something in my cart<, {gift_wrap}>.",
            "Add the jacket to my cart<, in {color}><, size {size}>.",
        ],
        like=["place_cart_order"],
    ),
    Plan(
        "apply_coupon",
        "Use a coupon code on the cart.",
        {
            "code": need(
                Words(
                    "{}{}",
                    ("SPRING", "WELCOME", "SAVE", "FRIENDS", "SUNNY", "BDAY", "FLASH"),
                    ("10", "15", "20", "25", "30"),
                ),
                "The code as it is printed.",
            )
        },
        say=[
            "I have a coupon, the code is {code}. [Use it on my cart|Take it off the total], "
            "please.",
            "[Apply|Use] the coupon {code}.",
            "Does {code} still work? [Try it on my cart|Use it on what is in my cart].",
            "My sister gave me the discount code {code}, and I want to redeem it for my cart.",
        ],
        vague=[
            "I have a coupon. [Use it on my cart|Take it off the total], please.",
            "Apply my discount code to the cart.",
        ],
    ),
    Plan(
        "place_cart_order",
        "Order a list of articles at once.",
        {
            "items": need(
                ListOf(
                    Record(
                        "{quantity} of {sku}",
                        {"sku": ITEM, "quantity": Int(1, 9)},
                        {"sku": "Article number.", "quantity": "How many pieces."},
                    ),
                    1,
                    3,
                ),
                "What is ordered.",
            ),
            "payment": need(
                Choice(card="by card", invoice="by invoice", wallet="from my wallet balance"),
                "How it is paid: card, invoice, or wallet for the balance of the wallet.",
            ),
            "leave_at_door": opt(
                Flag("it may be left at the door", "do not leave it at the door"),
                "Whether the parcel may be left at the door.",
                default=False,
            ),
        },
        say=[
            "Order {items}, I pay {payment}<; {leave_at_door}>.",
            "I would like to order {items} and pay {payment}<. By the way, {leave_at_door}>.",
            "We are out of everything. [Place an order|Put in an order] for {items}, to be paid "
            "{payment}<, and {leave_at_door}>.",
            "New order, paid {payment}: {items}<; {leave_at_door}>. [Go ahead|Thanks].",
        ],
        vague=["[Place an order|Put in an order] for me, paid {payment}.", "Order {items}."],
    ),
    Plan(
        "shop_order_status",
        "Tell whether an order of the shop is paid, packed or on its way.",
        {
            "order_id": need(ORDER, "Number of the order, such as ORD-123456."),
            "email": opt(
                EMAIL, "Email address the order was made with, for guests without an account."
            ),
        },
        say=[
            "What is the state of my order {order_id}<, made with the email {email}>?",
            "I ordered last week and heard nothing. [Check|Look up] {order_id} for me<; my email "
            "is {email}>.",
            "Has {order_id} been [packed|processed] yet?< I ordered as a guest with {email}.>",
            "Status of order {order_id}<, email {email}>, please.",
        ],
        vague=[
            "What is the state of my order?",
            "I ordered last week and heard nothing<; my email is {email}>.",
        ],
    ),
    Plan(
        "return_item",
        "Send an article of an order back.",
        {
            "order_id": need(ORDER, "Number of the order, such as ORD-123456."),
            "sku": need(ITEM, "Article number, such as SKU-1234."),
            "reason": need(
                Choice(
                    defective="it is broken",
                    wrong_size="the size is wrong",
                    not_as_described="it is not as described",
                    changed_mind="I changed my mind",
                ),
                "Why it goes back.",
            ),
            "resolution": opt(
                Choice(refund="my money back", exchange="a new piece", credit="store credit"),
                "What the customer wants for it: refund is money back, exchange a new piece, "
                "credit store credit.",
                default="refund",
            ),
        },
        say=[
            "I want to send {sku} from order {order_id} back: {reason}.< I would like "
            "{resolution}.>",
            "[Return|Take back] {sku}, order {order_id}, because {reason}<; I want {resolution}>.",
            "About {order_id}: I am not happy with {sku}, as {reason}. [Please arrange the "
            "return|Please take it back]<; I ask for {resolution}>.",
            "In order {order_id} there was {sku}, and {reason}. How annoying. Set up the return<, "
            "and give me {resolution}>.",
        ],
        vague=[
            "I want to send something from order {order_id} back.",
            "I want to return {sku}<, and I would like {resolution}>.",
            "Take it back, {reason}!",
        ],
    ),
    Plan(
        "compare_shop_prices",
        "Compare what several shops ask for a product.",
        {
            "product": need(
                Words(
                    "{} {}",
                    ("Norvik", "Aurelo", "Tanzo", "Solis", "Hartmann"),
                    (
                        "X200 camera",
                        "Pro blender",
                        "S5 phone",
                        "Lite drone",
                        "Q7 headset",
                        "Duo tablet",
                    ),
                ),
                "Make and model.",
            ),
            "shops": opt(
                ListOf(
                    OneOf(
                        "Brightmart",
                        "Gadget Barn",
                        "HomeHub",
                        "Volt & Co",
                        "Outlet City",
                        "Plaza Direct",
                    ),
                    2,
                    3,
                ),
                "Shops to compare; all known ones where it is left out.",
            ),
            "include_used": opt(
                Flag("including used ones", "new ones only"),
                "Whether used goods count.",
                default=False,
            ),
        },
        say=[
            "Where is the {product} cheapest<, {include_used}><, out of {shops}>?",
            "[Compare|Check] the prices of the {product}< at {shops}><, {include_used}>.",
            "Before I buy the {product}, tell me what [different|the various] shops ask for it<; "
            "I mean {shops}><, {include_used}>.",
            "Price comparison for the {product}<, shops {shops}><, {include_used}>, please.",
        ],
        vague=[
            "[Compare|Check] the prices at {shops} for me.",
            "Where is it cheapest<, {include_used}>?",
        ],
    ),
    Plan(
        "write_product_review",
        "Publish a review of a product.",
        {
            "sku": need(ITEM, "Article number, such as SKU-1234."),
            "stars": need(Int(1, 5), "Stars, 1 to 5."),
            "text": need(
                Quoted(
                    "Broke after two weeks",
                    "Exactly what I wanted",
                    "Good value, slow delivery",
                    "My kids love it",
                    "Smaller than in the picture",
                    "Would buy again",
                    "Colour faded in the wash",
                    "Sturdy and quiet",
                ),
                "Text of the review.",
            ),
            "nickname": opt(FIRST_NAME, "Name shown beside it; anonymous where it is left out."),
        },
        say=[
            "I want to rate {sku}: stars, {stars}; text, {text}<; signed {nickname}>.",
            "[Publish|Post] a review for {sku} that says {text}, with a rating of {stars} out of "
            "5<, under the name {nickname}>.",
            "Give {sku} a rating of {stars} from me and write {text}<. Sign it as {nickname}>.",
            "I have used {sku} for a while now. My verdict is {text} and {stars} out of 5 stars. "
            "[Please post that|Post it]<, as {nickname}>.",
        ],
        vague=["I want to write a review of {sku}.", "[Publish|Post] a review that says {text}."],
    ),
    Plan(
        "check_store_stock",
        "Tell whether a branch has an article in stock.",
        {
            "sku": need(ITEM, "Article number, such as SKU-1234."),
            "branch": need(CITY, "City of the branch."),
            "hold": opt(
                Flag("put one aside for me if so", "do not put any aside"),
                "true reserves a piece for a day.",
                default=False,
            ),
        },
        say=[
            "Does the shop in {branch} have {sku} on the shelf?< Please {hold}.>",
            "[Check|See] if {sku} is in stock at the {branch} branch<, and {hold}>.",
            "I am in {branch} today and want to try {sku}. [Is it there|Do they have it]?< Please "
            "{hold}.>",
            "Stock check, branch {branch}, article {sku}<; {hold}>.",
        ],
        vague=[
            "Is {sku} in stock at the branch near me?",
            "Does the shop in {branch} have it on the shelf?",
        ],
    ),
    Plan(
        "buy_gift_card",
        "Buy a gift card that is sent by email.",
        {
            "value": need(Money(20, 300), "Value in dollars."),
            "recipient_email": need(EMAIL, "Where the card is sent."),
            "message": opt(
                Quoted(
                    "Happy birthday!",
                    "Congratulations",
                    "Thank you for everything",
                    "Enjoy the new home",
                    "With love",
                    "Well done",
                ),
                "Greeting on the card.",
            ),
            "send_on": opt(
                Date((2026, 2027)), "Day it is sent, as YYYY-MM-DD; at once where it is left out."
            ),
        },
        say=[
            "Buy a gift card over {value} for {recipient_email}<, to be sent on {send_on}><, with "
            "the words {message}>.",
            "I never know what to give. [Send|Get] {recipient_email} a gift card of {value}<; "
            "write {message} on it><. It should go out on {send_on}>.",
            "Gift card, {value}, to {recipient_email}<, delivered on {send_on}><, greeting "
            "{message}>.",
            "Can you email a gift card worth {value} to {recipient_email}<, reading {message}><, "
            "on {send_on}>?",
        ],
        vague=[
            "I want to buy a gift card over {value}.",
            "Send {recipient_email} a gift card< with the words {message}>.",
        ],
    ),
)
