"""Translation, text processing and encoding."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Flag,
    Int,
    ListOf,
    Num,
    OneOf,
    Quoted,
    Record,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITIES, FIRST_NAMES

SENTENCES = (
    "The train leaves at dawn; Where is the nearest pharmacy?; My luggage has not arrived; "
    "We would like a table by the window; The contract ends in June; Happy birthday, dear aunt; "
    "It rained all week; Please close the gate behind you; The soup is too salty; "
    "He never answers his letters; I am allergic to nuts; The museum opens at ten; "
    "Thank you for your patience; She plants tulips every spring; The bridge is under repair"
).split("; ")
OPINIONS = (
    "The staff were kind but the room was freezing; Best pizza of my life; "
    "Arrived broken and nobody replied; It does what it says; Never again; "
    "A joy from the first page to the last; Decent value, slow delivery; I want my money back; "
    "My kids love it; The app crashes all the time; Surprisingly good for the price"
).split("; ")
WORDS_ONLY = (
    "level rotator kitchen listen orchestra triangle banana committee lighthouse mosaic "
    "stressed algorithm quilt rhythm deified"
).split()
TITLES = (
    "Ten Ways to Fix a Bike; Notes from the North; Why Cats Purr; Budget 2025 Explained; "
    "A Day at the Docks; Cooking for One; The Last Ferry Home; How We Moved to Rust"
).split("; ")
LANGUAGES = Choice(
    en="English",
    es="Spanish",
    de="German",
    fr="French",
    it="Italian",
    nl="Dutch",
    pl="Polish",
    ja="Japanese",
    tr="Turkish",
)
SENTENCE = Quoted(*SENTENCES)
FILE = Words("{}.{}", "report notes chapter speech memo article diary".split(), "txt md".split())

DOMAIN = Domain(
    "text_tools",
    Plan(
        "translate_text",
        "Translate a text into another language.",
        {
            "text": need(SENTENCE, "Text to translate."),
            "target_language": need(LANGUAGES, "Language of the result, as two-letter code."),
            "formality": opt(
                Choice(formal="formal", informal="informal"),
                "Tone of address, where the language knows a difference.",
            ),
            "glossary": opt(
                OneOf(*"legal medical nautical finance museum aviation".split()),
                "Name of the stored word list that is used.",
            ),
        },
        say=[
            "[Translate|Put] {text} into {target_language}<, in a rather {formality} tone>"
            "<, using the {glossary} glossary>.",
            "How do I say {text} in {target_language}?< The tone should be {formality}.>",
            "I'm writing to my landlord, and he only reads {target_language}. [Turn|Bring] {text} "
            "into that language<, {formality} please><, with the {glossary} glossary>.",
            "I need the {target_language} translation of {text}<, {formality}><, glossary "
            "{glossary}>.",
        ],
        vague=[
            "[Translate|Put] {text} into another language<, in a rather {formality} tone>.",
            "I need a translation into {target_language}.",
        ],
        like=["detect_language"],
    ),
    Plan(
        "detect_language",
        "Tell which language a text is written in.",
        {
            "text": need(
                Quoted(
                    *"Hvor er biblioteket; Buongiorno a tutti; Wo ist der Schlüssel; "
                    "Dobrý den; La lluvia no para; Onde fica a praia; Jestem zmęczony; "
                    "Missä sauna on; Merci pour tout; Tot morgen".split("; ")
                ),
                "Text to look at.",
            ),
            "candidates": opt(
                ListOf(LANGUAGES, 2, 4), "Only these languages are considered, two-letter codes."
            ),
        },
        say=[
            "[Which|What] language is {text}?< It can only be {candidates}.>",
            "[Detect|Identify] the language of {text}<, choosing among {candidates}>.",
            "A postcard without a name came today and says {text}. In what language is that"
            "<, if the choice is {candidates}>?",
            "Can you find out what language {text} is in<, out of {candidates}>?",
        ],
        vague=[
            "[Which|What] language is the postcard written in?",
            "Detect the language of a text<, choosing among {candidates}>.",
        ],
        like=["translate_text"],
    ),
    Plan(
        "summarize_document",
        "Summarise a text file.",
        {
            "file": need(FILE, "Name of the file."),
            "max_sentences": opt(Int(2, 12), "Most sentences of the summary.", default=5),
            "style": opt(
                Choice(bullets="bullet points", prose="running text", tweet="a tweet"),
                "Form of the summary.",
                default="prose",
            ),
            "focus": opt(
                OneOf(*"costs; deadlines; open questions; people; risks; decisions".split("; ")),
                "What the summary should dwell on.",
            ),
        },
        say=[
            "[Summarise|Sum up] {file}< in at most {max_sentences} sentences><, as {style}>"
            "<, focusing on {focus}>.",
            "I need a short version of {file}<: {style}><, no longer than {max_sentences} "
            "sentences>"
            "<, mostly about {focus}>.",
            "The meeting starts soon and I haven't read {file}. [Give|Get] me the gist"
            "<, in {max_sentences} sentences><, with an eye to {focus}>.",
            "Could you boil {file} down< to {max_sentences} sentences><, written as {style}>?",
        ],
        vague=[
            "[Summarise|Sum up] a document for me<, as {style}>.",
            "I need a short version<, no longer than {max_sentences} sentences>.",
        ],
    ),
    Plan(
        "change_case",
        "Rewrite a text in another letter case.",
        {
            "text": need(Quoted(*TITLES, *SENTENCES[:8]), "Text to rewrite."),
            "case": need(
                Choice(
                    upper="capital letters",
                    lower="small letters",
                    snake="snake case",
                    camel="camel case",
                    kebab="kebab case",
                    title="title case",
                ),
                "Case of the result.",
            ),
        },
        say=[
            "[Write|Put] {text} in {case}.",
            "What does {text} look like in {case}?",
            "Our new form only takes {case}. Please [convert|change] {text} to that.",
            "I'd like to have {text}, but in {case}.",
        ],
        vague=["[Write|Put] {text} another way.", "Please convert something to {case}."],
        like=["make_slug"],
    ),
    Plan(
        "make_slug",
        "Make the last part of a web address out of a title.",
        {
            "title": need(Quoted(*TITLES), "The title."),
            "max_length": opt(Int(15, 60, 5), "Most characters.", default=50),
            "separator": opt(
                Choice(dash="dashes", underscore="underscores", dot="dots"),
                "What stands between words.",
                default="dash",
            ),
        },
        say=[
            "[Make|Create] a URL slug from {title}<, with {separator} between the words>"
            "<, {max_length} characters at most>.",
            "My next blog post is called {title}. What would be its slug<, using {separator}>?",
            "I need the web address ending for the article {title}<, no longer than {max_length} "
            "characters><, words joined by {separator}>.",
            "Slug for {title}<, max {max_length} characters><, {separator}>.",
        ],
        vague=[
            "[Make|Create] a URL slug<, with {separator} between the words>.",
            "What would be the slug of my next blog post?",
        ],
        like=["change_case"],
    ),
    Plan(
        "encode_text",
        "Encode a text for transport.",
        {
            "text": need(
                Words("{}{}{}", CITIES[:20], ["-", "_", "+", "/"], FIRST_NAMES[:20]),
                "Text to encode.",
            ),
            "encoding": need(
                Choice(
                    base64="Base64",
                    hex="hexadecimal",
                    url="URL encoding",
                    rot13="ROT13",
                    morse="Morse code",
                ),
                "Encoding of the result.",
            ),
        },
        say=[
            "[Encode|Convert] {text} as {encoding}.",
            "What is {text} in {encoding}?",
            "For a scavenger hunt I want to hide {text}. [Turn it into|Give it to me as] {encoding}"
            ".",
            "[Give|Send] me the {encoding} form of {text}, please.",
        ],
        vague=["[Encode|Convert] {text} for me.", "Turn a word into {encoding}."],
        like=["decode_text"],
    ),
    Plan(
        "decode_text",
        "Decode a text that was encoded.",
        {
            "data": need(Code("@#%@%#@%@#=="), "The encoded text."),
            "encoding": need(
                Choice(base64="Base64", base64url="URL-safe Base64", base62="Base62"),
                "How it was encoded.",
            ),
        },
        say=[
            "[Decode|Decipher] {data}, it is {encoding}.",
            "What does {data} say once the {encoding} is undone?",
            "A colleague sent me {data} and claims it's {encoding}. [Read|Decode] it for me.",
            "Undo {encoding}: {data}.",
        ],
        vague=["[Decode|Decipher] {data} for me.", "Undo {encoding} for me."],
        like=["encode_text"],
    ),
    Plan(
        "analyze_sentiment",
        "Judge whether texts sound positive or negative.",
        {
            "texts": need(ListOf(Quoted(*OPINIONS), 1, 3), "The texts."),
            "scale": opt(
                Choice(
                    two="positive or negative",
                    three="positive, neutral or negative",
                    five="one to five stars",
                ),
                "Classes that are told apart.",
                default="three",
            ),
            "min_confidence": opt(Num(0, 1, 2), "Least confidence from 0 to 1, unsure below."),
        },
        say=[
            "[Judge|Rate] the mood of these reviews: {texts}<; classes: {scale}>"
            "<; confidence of {min_confidence} or more>.",
            "Do people sound happy when they write {texts}?< Use {scale}.>",
            "I run a guest house and got feedback saying {texts}. What is the sentiment of that"
            "<, in terms of {scale}>?",
            "Sentiment please: {texts}<, {scale}><, at least {min_confidence} sure>.",
        ],
        vague=[
            "[Judge|Rate] the mood of our reviews<; classes: {scale}>.",
            "What is the sentiment of a review I got<, in terms of {scale}>?",
        ],
    ),
    Plan(
        "extract_entities",
        "Pull names, places and the like out of a text.",
        {
            "text": need(
                Words("{} met {} in {}", FIRST_NAMES, FIRST_NAMES, CITIES),
                "Text to look through.",
            ),
            "types": need(
                ListOf(
                    Choice(
                        person="people",
                        place="places",
                        date="dates",
                        organisation="organisations",
                        product="products",
                    ),
                    1,
                    3,
                ),
                "Kinds of entities to return.",
            ),
        },
        say=[
            "[Extract|Pull out] {types} from this sentence: {text}.",
            'Which {types} are named in "{text}"?',
            "I'm indexing old letters. One says: {text}. [Find|List] all {types} in it.",
            'Entities in "{text}", only {types}.',
        ],
        vague=[
            "[Extract|Pull out] {types} from a letter.",
            "Which {types} are named in my text?",
        ],
    ),
    Plan(
        "replace_terms",
        "Replace words in a text file.",
        {
            "file": need(FILE, "Name of the file."),
            "replacements": need(
                ListOf(
                    Record(
                        "{old} by {new}",
                        {
                            "old": OneOf(
                                *"Falcon Orion Acme Kestrel Delta Foxglove Harbor".split()
                            ),
                            "new": OneOf(*"Nova Lumen Summit Vega Pixel Juniper Tidewater".split()),
                        },
                        {"old": "Word that is replaced.", "new": "Word that takes its place."},
                    ),
                    1,
                    3,
                ),
                "What is replaced by what, in order.",
            ),
            "match_case": opt(
                Flag("mind upper and lower case", "ignore upper and lower case"),
                "Whether capital letters have to match.",
                default=True,
            ),
        },
        say=[
            "In {file}, replace {replacements}<, and {match_case}>.",
            "[Swap|Exchange] words in {file}: {replacements}<; {match_case}>.",
            "Half of our products got new names. Please go through {file} and replace "
            "{replacements}"
            "<; {match_case}>.",
            "Could you exchange {replacements} throughout {file}<, and {match_case}>?",
        ],
        vague=[
            "[Swap|Exchange] some words in {file}<; {match_case}>.",
            "Please replace {replacements}.",
        ],
    ),
    Plan(
        "find_rhymes",
        "List words that rhyme with a word.",
        {
            "word": need(OneOf(*WORDS_ONLY), "The word."),
            "syllables": opt(Int(2, 4), "Only rhymes of so many syllables."),
            "dialect": opt(
                OneOf("Scotland", "Ireland", "Australia", "Canada", "Jamaica", "Wales", "India"),
                "Country whose pronunciation counts.",
            ),
        },
        say=[
            "What [rhymes|forms a rhyme] with {word}<, and has {syllables} syllables>?",
            "[Find|List] rhymes for the word {word}<, {syllables} syllables long>"
            "<, as spoken in {dialect}>.",
            "I'm stuck on the second verse, the line ends in {word}. [Any|Are there any] rhymes"
            "< of {syllables} syllables>?",
            "Rhymes for {word}<, {syllables} syllables><, pronounced as in {dialect}>, please.",
        ],
        vague=[
            "[Find|List] rhymes<, {syllables} syllables long>.",
            "I'm stuck on the second verse and need a rhyme.",
        ],
    ),
)
