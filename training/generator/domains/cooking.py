"""Cooking: recipes, measures, nutrition and the pantry."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Date,
    Flag,
    Int,
    ListOf,
    Num,
    OneOf,
    Quoted,
    Record,
    Said,
)
from training.generator.plan import Domain, Plan, need, opt

INGREDIENTS = (
    "chickpeas", "spinach", "leeks", "quinoa", "tofu", "sweet potatoes", "mushrooms", "asparagus",
    "red lentils", "zucchini", "kale", "coconut milk", "cauliflower", "walnuts", "barley",
    "fennel", "eggplant", "black beans",
)  # fmt: skip
INGREDIENT = OneOf(*INGREDIENTS)
BAKING = OneOf(
    "flour", "sugar", "honey", "cocoa powder", "rice", "rolled oats", "olive oil", "milk",
    "brown sugar", "ground almonds", "butter", "cornstarch", "yogurt", "maple syrup",
)  # fmt: skip
LIQUID = OneOf(
    "milk", "cream", "stock", "yogurt", "honey", "water", "olive oil", "coconut milk", "cider",
    "buttermilk", "orange juice", "tomato sauce",
)  # fmt: skip
DISHES = OneOf(
    "vegetable curry", "beef stew", "apple crumble", "fish pie", "minestrone", "banana bread",
    "shakshuka", "potato salad", "spinach lasagne", "lentil soup", "chicken pot pie",
    "carrot cake", "chili con carne", "ratatouille", "rice pudding",
)  # fmt: skip
DIET = Choice(
    "vegetarian", "vegan", "pescatarian", "keto", gluten_free="gluten-free", low_fodmap="low-FODMAP"
)


def _duration(minutes: str) -> str:
    """Minutes as people say them: 60 is an hour."""
    words = {"30": "half an hour", "60": "an hour", "90": "an hour and a half", "120": "two hours"}
    return words.get(minutes, f"{minutes} minutes")


DOMAIN = Domain(
    "cooking",
    Plan(
        "find_recipes",
        "Find recipes that use given ingredients.",
        {
            "ingredients": need(ListOf(INGREDIENT, 1, 4), "What the dish must contain."),
            "max_minutes": opt(
                Said(Int(15, 120, 15), _duration), "Longest time of preparation in minutes."
            ),
            "diet": opt(DIET, "A diet the recipe has to fit."),
            "count": opt(Int(2, 10), "How many recipes to return.", default=5),
        },
        say=[
            "What can I cook with {ingredients}<, in no more than {max_minutes}>?< It has to be "
            "{diet}.>",
            "I have {ingredients} lying around. [Find|Suggest]< {count}> recipes for that<; they "
            "must be {diet}>.",
            "[Find|Show] me< {count}>< {diet}> recipes that use {ingredients}<, ready within "
            "{max_minutes}>.",
            "Friends are coming over and all there is in the house is {ingredients}. Which "
            "recipes could I make<, given {max_minutes}>?",
        ],
        vague=[
            "[Find|Show] me< {diet}> recipes that use what I have.",
            "What can I cook in {max_minutes}?",
        ],
    ),
    Plan(
        "scale_recipe",
        "Change the amounts of a recipe to serve another number of people.",
        {
            "ingredients": need(
                ListOf(
                    Record(
                        "{amount} {unit} of {name}",
                        {
                            "name": LIQUID,
                            "amount": Int(40, 500, 20),
                            "unit": Choice(g="grams", ml="millilitres"),
                        },
                        {
                            "name": "The ingredient.",
                            "amount": "How much of it.",
                            "unit": "g for grams, ml for millilitres.",
                        },
                    ),
                    1,
                    2,
                ),
                "Amounts of the recipe as it stands.",
            ),
            "servings": need(Int(2, 4), "Number of people the recipe serves as it stands."),
            "wanted": need(Int(5, 20), "Number of people it shall serve."),
        },
        say=[
            "My recipe serves {servings} and takes {ingredients}. How much do I need for {wanted} "
            "people?",
            "[Scale|Convert] a recipe from {servings} to {wanted} servings: {ingredients}.",
            "I cook for {wanted} tonight, but the book is made for {servings}. It says "
            "{ingredients}. [Adjust that|Work out the amounts].",
            "What are the amounts for {wanted} people when the recipe takes {ingredients} for "
            "{servings}?",
        ],
        vague=[
            "How much do I need of everything if I cook for {wanted} people?",
            "My recipe takes {ingredients}. Scale it up.",
        ],
    ),
    Plan(
        "adapt_to_pan",
        "Tell by which factor to change a cake recipe for a round pan of another size.",
        {
            "recipe_cm": need(Int(15, 22), "Diameter of the recipe's pan in centimetres."),
            "own_cm": need(Int(23, 32), "Diameter of the pan at hand in centimetres."),
            "own_depth_cm": opt(Num(4, 9), "Depth of the pan at hand in centimetres.", default=6),
        },
        say=[
            "The cake recipe is meant for a round pan of {recipe_cm} cm, but mine measures "
            "{own_cm} cm<, with a depth of {own_depth_cm} cm>. How do I adapt the amounts?",
            "[Adapt|Adjust] a cake recipe from a round pan of {recipe_cm} cm to one of {own_cm} "
            "cm<, {own_depth_cm} cm deep>.",
            "All I own is a springform of {own_cm} cm<, {own_depth_cm} cm deep>. By what factor "
            "do I change a recipe made for {recipe_cm} cm?",
            "Cake pans: recipe {recipe_cm} cm, mine {own_cm} cm<, depth {own_depth_cm} cm>. What "
            "is the factor for the dough?",
        ],
        vague=[
            "My pan is bigger than the one in the cake recipe. How do I adapt the amounts?",
            "The cake recipe is meant for a round pan of {recipe_cm} cm. What do I change for "
            "mine?",
        ],
    ),
    Plan(
        "food_nutrients",
        "Look up energy and nutrients of a food.",
        {
            "food": need(INGREDIENT, "Name of the food."),
            "grams": opt(Int(50, 400, 10), "Weight of the portion in grams.", default=100),
            "nutrients": opt(
                ListOf(
                    Choice(
                        "protein",
                        "fat",
                        "fibre",
                        "iron",
                        "sodium",
                        "calcium",
                        energy="calories",
                        carbs="carbohydrates",
                        vitamin_c="vitamin C",
                    ),
                    1,
                    3,
                ),
                "Only these; all where it is left out.",
            ),
        },
        say=[
            "How nutritious [is|would be] a bowl of {food}<, {grams} grams in all>?< I only care "
            "about {nutrients}.>",
            "[Give|Show] me the nutrition facts of {food}<, a portion of {grams} g><, only "
            "{nutrients}>.",
            "I keep a food diary and had {food} for lunch<, about {grams} grams>. What did I take "
            "in<, in terms of {nutrients}>?",
            "Nutrition of {food}<: {nutrients}><, per {grams} g>.",
        ],
        vague=[
            "What does my lunch offer in {nutrients}?",
            "What are the nutrition facts< for {grams} grams>?",
        ],
    ),
    Plan(
        "ingredient_substitute",
        "Suggest what to use in place of an ingredient.",
        {
            "ingredient": need(BAKING, "What is to be replaced."),
            "dish": opt(DISHES, "What it is needed for."),
            "because": opt(
                Choice(
                    allergy="an allergy",
                    vegan="a vegan guest",
                    missing="an empty cupboard",
                    lighter="a wish for fewer calories",
                ),
                "Why: allergy, vegan, missing (none in the house) or lighter (fewer calories).",
            ),
        },
        say=[
            "What can I use instead of {ingredient}< in {dish}>?< The reason is {because}.>",
            "My recipe< for {dish}> calls for {ingredient}, which will not do<, because of "
            "{because}>. [Suggest a substitute|Find me a replacement].",
            "[Suggest|Name] a substitute for {ingredient}< in {dish}><, due to {because}>.",
            "Is there anything that does the job of {ingredient}< in a recipe for {dish}><, with "
            "{because} in mind>?",
        ],
        vague=["What can I use instead< in {dish}>?"],
    ),
    Plan(
        "oven_setting",
        "Turn an oven temperature in Fahrenheit into the setting of another oven.",
        {
            "fahrenheit": need(
                Int(250, 475, 25), "Temperature of the recipe in degrees Fahrenheit."
            ),
            "oven": need(
                Choice(gas="a gas oven", fan="a fan oven", air_fryer="an air fryer"),
                "Kind of oven that will be used.",
            ),
        },
        say=[
            "The recipe says {fahrenheit} degrees Fahrenheit. What do I set on {oven}?",
            "I have {oven}. Which setting matches {fahrenheit} °F?",
            "[Translate|Convert] {fahrenheit}°F for {oven}, please.",
            "We moved and now cook with {oven}. [How do I set it|What is the right setting] when "
            "the book wants {fahrenheit} degrees Fahrenheit?",
        ],
        vague=[
            "What do I set on {oven} for this cake?",
            "The recipe says {fahrenheit} degrees Fahrenheit. How do I set my oven?",
        ],
    ),
    Plan(
        "roasting_time",
        "Work out how long a piece of meat roasts.",
        {
            "meat": need(
                Choice("beef", "lamb", "pork", "duck", "turkey", "venison", chicken="chicken"),
                "Kind of meat.",
            ),
            "weight_kg": need(Num(0.8, 6), "Weight in kilograms."),
            "doneness": opt(
                Choice("rare", "medium", well_done="well done"), "How done.", default="medium"
            ),
            "stuffed": opt(
                Flag("it is stuffed", "it is not stuffed"),
                "Whether it has a filling.",
                default=False,
            ),
        },
        say=[
            "How long does {weight_kg} kg of {meat} have to roast<, to be {doneness}>?< Mind that "
            "{stuffed}.>",
            "[Work out|Calculate] the roasting time for {weight_kg} kilos of {meat}<, "
            "{doneness}><; {stuffed}>.",
            "I bought {meat} for Sunday, {weight_kg} kg in all<, and {stuffed}>. When is it done< "
            "if we like it {doneness}>?",
            "Roast {meat}, {weight_kg} kg<, {doneness}>: how long in the oven<, given that "
            "{stuffed}>?",
        ],
        vague=[
            "How long do I roast the {meat}?",
            "When is a roast of {weight_kg} kg done<, if we like it {doneness}>?",
        ],
    ),
    Plan(
        "save_recipe",
        "Store a recipe in the user's cookbook.",
        {
            "title": need(
                Quoted(
                    "Grandma's plum dumplings",
                    "Tuesday noodles",
                    "Camping stew",
                    "Green soup",
                    "Lazy pizza",
                    "Birthday cheesecake",
                    "Smoky beans",
                    "Picnic rolls",
                ),
                "Title of the recipe.",
            ),
            "steps": need(
                ListOf(
                    Quoted(
                        "chop the onions",
                        "boil the pasta",
                        "rest the dough for an hour",
                        "stir in the cream",
                        "bake until golden",
                        "season to taste",
                        "fry the garlic",
                        "let it cool",
                    ),
                    2,
                    4,
                ),
                "What to do, one text a step, in order.",
            ),
            "servings": opt(Int(2, 8), "Number of people it serves."),
            "tags": opt(
                ListOf(OneOf("quick", "winter", "kids", "spicy", "party", "leftovers"), 1, 2),
                "Words to find it by.",
            ),
        },
        say=[
            "[Save|Store] a recipe called {title}. The steps are {steps}<. It serves "
            "{servings}><. Tag it {tags}>.",
            "Put {title} in my cookbook<, for {servings} people><, tagged {tags}>: {steps}.",
            "New recipe, {title}<, {servings} servings>. Steps: {steps}<. Tags: {tags}>.",
            "I do not want to forget how {title} is made, so write it into the cookbook: "
            "{steps}<. It feeds {servings}>.",
        ],
        vague=[
            "[Save|Store] a recipe called {title}.",
            "Put a new recipe in my cookbook<, tagged {tags}>.",
        ],
    ),
    Plan(
        "shopping_list_for",
        "Make a shopping list for dishes that will be cooked.",
        {
            "dishes": need(ListOf(DISHES, 1, 3), "Names of the dishes."),
            "people": need(Int(2, 10), "How many eat."),
            "at_home": opt(
                ListOf(BAKING, 1, 3), "Ingredients to leave out: they are in the house."
            ),
        },
        say=[
            "What do I have to buy to cook {dishes} for {people} people?< I still have {at_home}.>",
            "[Make|Write] a shopping list for {dishes}, {people} people<, without {at_home}>.",
            "We will be {people} at the table and I plan {dishes}<. There is plenty of {at_home} "
            "in the house>. [List|Tell me] what to buy.",
            "Groceries for {dishes}, to feed {people}<; leave out {at_home}>.",
        ],
        vague=[
            "Write me a shopping list for {dishes}.",
            "[Make|Write] a shopping list for {people} people<, without {at_home}>.",
        ],
    ),
    Plan(
        "plan_meals",
        "Make a plan of meals for several days.",
        {
            "days": need(Int(2, 14), "Number of days."),
            "diet": opt(DIET, "A diet all meals have to fit."),
            "daily_calories": opt(Int(1400, 3000, 100), "Energy of a day in kilocalories."),
            "avoid": opt(ListOf(INGREDIENT, 1, 3), "Ingredients that may not occur."),
        },
        say=[
            "[Plan|Work out] our meals for the next {days} days<, all {diet}><, about "
            "{daily_calories} calories a day><, without {avoid}>.",
            "What shall we eat over the coming {days} days?< We eat {diet}.>< Nobody likes "
            "{avoid}.>",
            "I never know what to cook. Draw up a< {diet}> meal plan for {days} days<, "
            "{daily_calories} kcal per day>.",
            "Meal plan, {days} days<, {diet}><, {daily_calories} calories daily><, no {avoid}>.",
        ],
        vague=["Draw up a< {diet}> meal plan for me< without {avoid}>."],
    ),
    Plan(
        "how_long_it_keeps",
        "Tell how long a food stays good.",
        {
            "food": need(INGREDIENT, "Name of the food."),
            "place": need(
                Choice(fridge="in the fridge", freezer="in the freezer", pantry="in the cupboard"),
                "Where it is kept; pantry is a cupboard at room temperature.",
            ),
            "cooked": opt(
                Flag("once cooked", "uncooked"), "Whether it is cooked already.", default=False
            ),
            "since": opt(Date((2024, 2025)), "Day it was put there, YYYY-MM-DD."),
        },
        say=[
            "How long can I keep {food} {place}<, {cooked}>?< It has been there since {since}.>",
            "[Do you know|Can you tell me] how long {food} will stay good {place}<, {cooked}><, "
            "put there on {since}>?",
            "I found {food} {place}<, there since {since}>. [Does that last|Will that last] much "
            "longer<, {cooked}>? Tell me the shelf life.",
            "Shelf life of {food} {place}<, {cooked}>, please.",
        ],
        vague=[
            "What is the shelf life of {food}<, {cooked}>?",
            "I found something {place}. How long does it stay good?",
        ],
    ),
)
