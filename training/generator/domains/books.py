"""Libraries and reading."""

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
from training.generator.vocabulary import LAST_NAMES

BOOKS = (
    "Middlemarch; The Leopard; Beloved; Dune; Stoner; Kim; Persuasion; The Name of the Rose; "
    "Invisible Cities; Rebecca; The Remains of the Day; My Ántonia; Solaris; Disgrace; "
    "The Master and Margarita; Things Fall Apart; Piranesi; Wolf Hall; Kokoro; Ficciones; "
    "The Left Hand of Darkness; Pedro Páramo"
).split("; ")
AUTHORS = (
    "Ursula K. Le Guin; Italo Calvino; Toni Morrison; George Eliot; Natsume Soseki; "
    "Chinua Achebe; Jane Austen; Jorge Luis Borges; Doris Lessing; Kazuo Ishiguro; "
    "Hilary Mantel; Umberto Eco; Clarice Lispector; Stanislaw Lem; Willa Cather"
).split("; ")
SUBJECTS = (
    "beekeeping; Silk Road caravans; medieval trade; woodworking; stoicism; polar exploration; "
    "tea ceremonies; bird migration; bread baking; chess openings; volcanoes; linguistics; "
    "Ottoman architecture; game theory"
).split("; ")
BRANCHES = (
    "Central Library; Northgate Branch; Harbor Street Branch; Old Mill Library; "
    "University Library; Westfield Branch; Lakeside Library; Museum Quarter Branch"
).split("; ")
BOOK = OneOf(*BOOKS)
AUTHOR = OneOf(*AUTHORS)
CARD = Code("LC-######")

DOMAIN = Domain(
    "books",
    Plan(
        "search_catalogue",
        "Search the catalogue of a library network for titles on a subject.",
        {
            "subject": need(OneOf(*SUBJECTS), "Subject, in a few words."),
            "language": opt(
                Choice(
                    eng="English",
                    ger="German",
                    fre="French",
                    spa="Spanish",
                    ita="Italian",
                    jpn="Japanese",
                    pol="Polish",
                ),
                "Three-letter code of the language the books are written in.",
            ),
            "published_since": opt(Int(1950, 2023), "Earliest year of publication."),
            "available_only": opt(
                Flag("only what is on the shelf now", "lent-out copies included"),
                "Whether titles with no free copy are left out.",
                default=False,
            ),
        },
        say=[
            "What [books|titles] does the library have about {subject}< in {language}>"
            "<, published in {published_since} or later>?< I want {available_only}.>",
            "[Search|Check] the library catalogue for {subject}<, {language} titles>"
            "<, nothing older than {published_since}><; {available_only}>.",
            "I'm writing a talk on {subject} and my own shelf is useless. What can I borrow"
            "< in {language}><, {available_only}>?",
            "Catalogue: books on {subject}<, from {published_since} on><, {available_only}>.",
        ],
        vague=[
            "What books does the library have< in {language}>?",
            "[Search|Check] the catalogue for me<, nothing older than {published_since}>.",
        ],
    ),
    Plan(
        "place_hold",
        "Put a lent-out book on hold, so that the next returned copy is kept for a reader.",
        {
            "title": need(BOOK, "Title of the book."),
            "card_number": need(CARD, "Library card, such as LC-104552."),
            "pickup_branch": need(OneOf(*BRANCHES), "Branch at which it is picked up."),
        },
        say=[
            "[Put|Place] {title} on hold for card {card_number}, to be picked up at {pickup_branch}"
            ".",
            "I want to be next in line for {title}. My card is {card_number} and I would collect "
            "it at {pickup_branch}.",
            "Every copy of {title} is out again! Could you [keep|hold] the next one for me at "
            "{pickup_branch}? Library card {card_number}.",
            "Hold request: {title}, {pickup_branch}, card {card_number}.",
        ],
        vague=[
            "[Put|Place] {title} on hold for me.",
            "I want a hold on a book, my card is {card_number}.",
        ],
    ),
    Plan(
        "renew_loans",
        "Extend the loans of borrowed items.",
        {
            "card_number": need(CARD, "Library card, such as LC-104552."),
            "barcodes": opt(
                ListOf(Code("B#######"), 1, 3),
                "Barcodes of the items; every loan on the card where they are left out.",
            ),
            "weeks": opt(Int(2, 6), "By how many weeks.", default=3),
        },
        say=[
            "[Renew|Extend] my library loans on card {card_number}<, just {barcodes}>"
            "<, by {weeks} weeks>.",
            "I haven't finished what I borrowed. My card is {card_number}; can you extend it"
            "< for {weeks} more weeks>?< It's about {barcodes}.>",
            "Could the loans on {card_number} run longer<, {weeks} weeks if possible>?"
            "< I mean {barcodes}.>",
            "Please [prolong|renew] the items that I borrowed with card {card_number}"
            "<: {barcodes} only>.",
        ],
        vague=[
            "[Renew|Extend] my library loans< by {weeks} weeks>.",
            "I need more time with the items {barcodes}.",
        ],
    ),
    Plan(
        "pay_overdue_fine",
        "Pay a fine for items that came back late to the library.",
        {
            "card_number": need(CARD, "Library card, such as LC-104552."),
            "amount": need(Money(2, 40, cents=True), "Amount in dollars."),
            "method": need(
                Choice(
                    "voucher", "cheque", credit_card="credit card", bank_transfer="bank transfer"
                ),
                "How it is paid.",
            ),
        },
        say=[
            "Pay {amount} of overdue fines on library card {card_number} by {method}.",
            "I [brought|returned] everything weeks late. Settle the fine of {amount} for the card "
            "{card_number}, {method} please.",
            "Could you clear what I owe the library? It's {amount} on {card_number}, paid by "
            "{method}.",
            "Library fine: card {card_number}, {amount}, [payment|paid] by {method}.",
        ],
        vague=[
            "Pay my [overdue fine|library fine] by {method}.",
            "Pay the fine on library card {card_number}.",
        ],
    ),
    Plan(
        "author_bibliography",
        "List the works of a writer.",
        {
            "author": need(AUTHOR, "Full name of the writer."),
            "kind": opt(
                Choice("novels", "essays", "poetry", short_stories="short stories", plays="plays"),
                "Only works of this kind.",
            ),
            "order": opt(
                Choice(by_year="in order of publication", by_title="in alphabetical order"),
                "How the list is sorted.",
                default="by_year",
            ),
        },
        say=[
            "What has {author} written?< I only mean {kind}.>",
            "[List|Give me] the works of {author}<, just the {kind}><, {order}>.",
            "Someone recommended {author} to me and I have no idea where to start. "
            "[Show me a list of their works|What did they publish]<, {kind} only><, {order}>.",
            "I'd like a bibliography of {author}< {order}><, limited to {kind}>.",
        ],
        vague=[
            "What else did the writer of my book publish?",
            "[List|Give me] all works by an author<, just the {kind}>.",
        ],
    ),
    Plan(
        "isbn_lookup",
        "Find the edition that an ISBN stands for.",
        {"isbn": need(Code("978-#-####-####-#"), "ISBN-13, with the hyphens as given.")},
        say=[
            "[Which|What] book has the ISBN {isbn}?",
            "[Look up|Check] ISBN {isbn} for me.",
            "The cover of this paperback is torn off, but the ISBN is {isbn}. What is it?",
            "I was wondering which edition is behind the number {isbn} on the back of my book.",
        ],
        vague=["[Which|What] book is it, going by its ISBN?", "Look up an ISBN for me."],
    ),
    Plan(
        "log_reading_progress",
        "Save how far a reader has come in a book.",
        {
            "book": need(BOOK, "Title of the book."),
            "page": need(Int(12, 480), "Page that was reached."),
            "date": opt(Date((2024, 2026)), "Day of the entry, as YYYY-MM-DD; today by default."),
            "note": opt(
                Quoted(
                    *"the pace picks up; look up the battle; lovely last line; reread this; "
                    "too many cousins; ask Ines about this; the map is wrong; she knew".split("; ")
                ),
                "A remark to keep with the entry.",
            ),
        },
        say=[
            "I'm on page {page} of {book}.< Note {note} with it.>< The entry is for {date}.>",
            "[Save|Log] my progress in {book}: page {page}<, dated {date}><, remark {note}>.",
            "Fell asleep over {book} again, got to page {page}. [Mark that|Keep that] as my "
            "reading progress<, for {date}><, with the note {note}>.",
            "Can you record that I have read {book} up to page {page}<, and add {note}>?",
        ],
        vague=["[Save|Log] my reading progress in {book}.", "I've reached page {page}, note it."],
    ),
    Plan(
        "estimate_reading_time",
        "Estimate how many hours a text takes to read.",
        {
            "word_count": need(Int(12000, 240000, 500), "Length of the text in words."),
            "words_per_minute": opt(Int(150, 400, 10), "Reading speed.", default=240),
        },
        say=[
            "How long does it take to read {word_count} words< at {words_per_minute} words per "
            "minute>?",
            "The manuscript has {word_count} words. [Estimate|Work out] the reading time"
            "< for someone who reads {words_per_minute} words a minute>.",
            "I got a report of {word_count} words to read before the weekend. How many hours "
            "[is that|does that take me]<, my pace being {words_per_minute} words per minute>?",
            "Reading time for {word_count} words<, {words_per_minute} wpm>?",
        ],
        vague=[
            "How long will it take me to read my book< at {words_per_minute} words per minute>?",
            "[Estimate|Work out] the reading time of a manuscript.",
        ],
    ),
    Plan(
        "start_book_club",
        "Found a reading group with its reading list.",
        {
            "club_name": need(
                Words(
                    "{} {}",
                    "Thursday Midnight Harbor Slow Paper Northside Attic Second".split(),
                    "Readers|Pages|Book Club|Chapter Club|Circle".split("|"),
                ),
                "Name of the group.",
            ),
            "reading_list": need(
                ListOf(
                    Record(
                        "{title} in {month}",
                        {
                            "title": BOOK,
                            "month": OneOf(*"January March April June August October".split()),
                        },
                        {"title": "Title of the book.", "month": "English name of the month."},
                    ),
                    2,
                    3,
                ),
                "Which book is read when.",
            ),
        },
        say=[
            "[Start|Set up] a book club called {club_name} that reads {reading_list}.",
            "We want to read {reading_list} together. [Create|Found] the group {club_name} for it.",
            "Our neighbours would love to read in company. Please open a reading group named "
            "{club_name}; the list is {reading_list}.",
            "New reading group {club_name}: {reading_list}.",
        ],
        vague=[
            "[Start|Set up] a book club called {club_name}.",
            "I want to found a reading group.",
        ],
    ),
    Plan(
        "cite_book",
        "Write the bibliography entry of a book in a citation style.",
        {
            "author_surname": need(OneOf(*LAST_NAMES), "Family name of the author."),
            "title": need(
                Quoted(
                    *"Rivers of Trade; A Grammar of Silence; The Glass Economy; Bread and Power; "
                    "Maps without Borders; Winter Cities; The Unquiet Archive; Salt".split("; ")
                ),
                "Title of the book.",
            ),
            "year": need(Int(1960, 2024), "Year of publication."),
            "style": need(
                Choice(
                    apa="APA",
                    mla="MLA",
                    chicago="Chicago",
                    harvard="Harvard",
                    vancouver="Vancouver",
                ),
                "Citation style.",
            ),
            "pages": opt(
                Words(
                    "{}-{}", [str(n) for n in range(12, 90, 7)], [str(n) for n in range(91, 200, 9)]
                ),
                "Range of pages that is cited, such as 15-22.",
            ),
        },
        say=[
            "Cite {title} by {author_surname}, published {year}, in {style} style"
            "<, pages {pages}>.",
            "[Give|Write] me the {style} reference for {title} ({author_surname}, {year})"
            "<, pp. {pages}>.",
            "My supervisor wants every source in {style} format. How do I [cite|list] "
            "{author_surname}'s {title} from {year}<, where I used pages {pages}>?",
            "Bibliography entry, {style}: {author_surname}, {title}, {year}<, pages {pages}>.",
        ],
        vague=[
            "How do I cite {title} in {style} style?",
            "[Give|Write] me the {style} reference for a book.",
        ],
    ),
)
