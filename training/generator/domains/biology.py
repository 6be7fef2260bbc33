"""Genes, cells, species and populations."""

from __future__ import annotations

from training.generator.domains.arithmetic import Digits, Series
from training.generator.kinds import (
    Choice,
    Date,
    Flag,
    Int,
    ListOf,
    Num,
    OneOf,
    Percent,
    Quoted,
    Record,
    Said,
)
from training.generator.plan import Domain, Plan, need, opt

SPECIES = OneOf(
    *(
        "red fox, roe deer, barn owl, common toad, grey heron, badger, hazel dormouse, kingfisher, "
        "smooth newt, stag beetle, brown hare, tawny owl, pine marten, slow worm, white stork, "
        "otter, red kite, hedgehog, grass snake, swallowtail"
    ).split(", ")
)
LATIN = OneOf(
    *(
        "Vulpes vulpes, Quercus robur, Salmo salar, Danio rerio, Mus musculus, Arabidopsis "
        "thaliana, Bubo bubo, Lynx lynx, Apis mellifera, Zea mays, Felis catus, Ursus arctos, "
        "Bombus terrestris, Rana temporaria, Taxus baccata, Pinus sylvestris"
    ).split(", ")
)
GENE = OneOf(
    *(
        "BRCA1, TP53, CFTR, HBB, EGFR, MYC, APOE, KRAS, PTEN, FTO, SOX2, DMD, HTT, MC1R, RB1, VEGFA"
    ).split(", ")
)
GENOTYPE = Said(OneOf(*"AABB AABb AAbb AaBB AaBb Aabb aaBB aaBb aabb".split()), str)
BASES = ("ATGC", "GGCA", "TTAC", "CGTA", "ATTG", "GACT", "CCAT", "TAGG", "ACGA", "TCTA")
DNA_CODE = [f"{a}{b}" for a in BASES for b in BASES[::-1]]
COUNTS = Series(Digits(1, 120), 3, 7)


def _dna() -> OneOf:
    return OneOf(*(f"{a}{b}{a[::-1]}" for a in DNA_CODE[::3] for b in DNA_CODE[1::9]))


DNA = _dna()
RNA = OneOf(*("AUG" + text.replace("T", "U") for text in DNA.options[::4]))

DOMAIN = Domain(
    "biology",
    Plan(
        "punnett_square",
        "Cross two parents and list the genotypes of their offspring with their odds.",
        {
            "parent_1": need(
                GENOTYPE,
                "Genotype of the first parent; capital letters are dominant, such as AaBb.",
            ),
            "parent_2": need(GENOTYPE, "Genotype of the second parent, written the same way."),
            "phenotypes": opt(
                Flag("group them by phenotype", "do not group them by phenotype"),
                "Whether offspring that look alike are grouped.",
                default=False,
            ),
        },
        say=[
            "What offspring do parents with the genotypes {parent_1} and {parent_2} have?< Please "
            "{phenotypes}.>",
            "[Draw|Make] a Punnett square for a cross of {parent_1} with {parent_2}<, and "
            "{phenotypes}>.",
            "My black rabbit is {parent_1} and the white one is {parent_2}. [Which young can I "
            "expect|What will the litter look like]?< In the list, {phenotypes}.>",
            "Genetics homework: first parent {parent_1}, second parent {parent_2}, list the odds "
            "of the children's genotypes<; {phenotypes}>.",
        ],
        vague=[
            "Make a Punnett square for my rabbits<, and {phenotypes}>.",
            "One parent is {parent_1}. Which offspring can I expect?",
        ],
    ),
    Plan(
        "transcribe_dna",
        "Write the messenger RNA that is read off a strand of DNA.",
        {
            "sequence": need(DNA, "DNA bases as letters A, C, G, T."),
            "strand": opt(
                Choice(coding="the coding strand", template="the template strand"),
                "Which strand the sequence is.",
                default="template",
            ),
        },
        say=[
            "What is the mRNA of {sequence}<, which is {strand}>?",
            "[Transcribe|Turn into RNA] the DNA {sequence}<; it is {strand}>.",
            "I read {sequence} from the sequencer<, {strand}>. [What RNA does the cell make of "
            "it|Which messenger RNA comes out]?",
            "Transcription of {sequence}, please<. Treat it as {strand}>.",
        ],
        vague=[
            "Transcribe my DNA to RNA<; it is {strand}>.",
            "What is the mRNA of the gene that I sequenced?",
        ],
    ),
    Plan(
        "gc_content",
        "Compute the share of G and C in a DNA sequence.",
        {
            "dna": need(DNA, "DNA bases as letters A, C, G, T."),
            "window": opt(Int(3, 9), "Also report the share in a sliding window of so many bases."),
        },
        say=[
            "What is the GC content of {dna}<, with a sliding window of {window} bases too>?",
            "How much of {dna} is G or C<, also in windows of {window} bases>?",
            "I designed a primer, {dna}. [Check|Compute] its GC share<; slide a window of {window} "
            "over it as well>.",
            "[Compute|Get] the proportion of guanine and cytosine in {dna}<, window {window}>.",
        ],
        vague=[
            "What is the GC content of my primer?",
            "How much of the sequence is G or C<, also in windows of {window} bases>?",
        ],
    ),
    Plan(
        "translate_rna",
        "Translate RNA to the chain of amino acids it codes for.",
        {
            "rna": need(RNA, "RNA bases as letters A, C, G, U."),
            "frame": opt(
                Choice(**{"1": "the first", "2": "the second", "3": "the third"}),
                "Reading frame.",
                default="1",
            ),
            "genetic_code": opt(
                Choice("standard", "mitochondrial", "bacterial"),
                "Which genetic code to use.",
                default="standard",
            ),
            "one_letter": opt(
                Flag("one-letter codes", "three-letter codes"),
                "true writes amino acids with one letter, false with three.",
                default=True,
            ),
        },
        say=[
            "Which protein does {rna} code for<, in {frame} reading frame><, under the "
            "{genetic_code} code>?",
            "[Translate|Decode] the messenger {rna} into amino acids<, written in {one_letter}><, "
            "reading in {frame} frame>.",
            "I have the RNA {rna} and need the peptide<. Start in {frame} reading frame><. The "
            "genetic code is the {genetic_code} one>.",
            "Amino acids for {rna}, please<, as {one_letter}><, {genetic_code} genetic code>.",
        ],
        vague=[
            "Which protein does my RNA code for<, under the {genetic_code} code>?",
            "Translate a messenger RNA into amino acids<, written in {one_letter}>.",
        ],
    ),
    Plan(
        "hardy_weinberg",
        "Give the genotype shares of a population in equilibrium from the share that shows the "
        "recessive trait.",
        {
            "affected": need(
                Percent(1, 40, fraction=True),
                "Share of individuals with the recessive trait as a fraction: 0.04 for 4%.",
            ),
            "population": opt(
                Int(500, 80_000, 100), "Size of the population, to get numbers of individuals too."
            ),
        },
        say=[
            "If {affected} of a population shows a recessive trait, how many are carriers<, out of "
            "{population} individuals>?",
            "[Apply|Use] Hardy-Weinberg: {affected} are homozygous recessive<, population of "
            "{population}>.",
            "On our island {affected} of the sheep have white faces, which is recessive.< There "
            "are {population} sheep.> [What are the genotype frequencies|How common is each "
            "genotype]?",
            "In a stock where {affected} show the recessive form, [what share carries it without "
            "showing it|how frequent is the hidden allele]<, among {population} animals>?",
        ],
        vague=[
            "How many carriers are there in a population in equilibrium<, out of {population} "
            "individuals>?",
            "Some of our sheep show a recessive trait. What are the genotype frequencies?",
        ],
    ),
    Plan(
        "logistic_growth",
        "Project the size of a population that grows towards a limit.",
        {
            "initial_size": need(Said(Digits(10, 900, 10), str), "Size at the start."),
            "growth_rate": need(
                Percent(4, 60, fraction=True), "Growth rate a year as a fraction: 0.2 for 20%."
            ),
            "carrying_capacity": need(
                Said(Digits(1000, 9900, 100), str), "Most individuals that can live there."
            ),
            "years": need(Int(2, 40), "How many years ahead."),
        },
        say=[
            "A lake has {initial_size} trout, which grow by {growth_rate} a year, and room for "
            "{carrying_capacity}. How many are there after {years} years?",
            "[Project|Model] logistic growth: start {initial_size}, rate {growth_rate} per year, "
            "capacity {carrying_capacity}, {years} years.",
            "We released {initial_size} deer on a reserve that can feed {carrying_capacity} of "
            "them. With a growth rate of {growth_rate} a year, [how many will live there|what is "
            "the herd] in {years} years?",
            "In {years} years, how large is a colony that began with {initial_size} ants, grows "
            "{growth_rate} yearly and cannot exceed {carrying_capacity}?",
        ],
        vague=[
            "A lake has {initial_size} trout and room for {carrying_capacity}. How many are there "
            "after {years} years?",
            "How large will our herd be in {years} years?",
        ],
    ),
    Plan(
        "diversity_index",
        "Measure how diverse a community is from the counts of its species.",
        {
            "counts": need(COUNTS, "Number of individuals of each species."),
            "index": opt(
                Choice(shannon="Shannon", simpson="Simpson", richness="species richness"),
                "Which index.",
                default="shannon",
            ),
        },
        say=[
            "How diverse is a meadow with these counts per species: {counts}?< Use the {index} "
            "index.>",
            "[Compute|Give me] the diversity of a sample with {counts} individuals per species<, "
            "index: {index}>.",
            "Our moth trap held these numbers, one for each species: {counts}. [What diversity is "
            "that|How diverse is the catch]?< I prefer the {index} index.>",
            "I counted birds by species and got {counts}. I'd like the< {index}> index of "
            "diversity.",
        ],
        vague=[
            "How diverse is our meadow?< Use the {index} index.>",
            "Compute the diversity of the catch in our moth trap.",
        ],
    ),
    Plan(
        "mark_recapture",
        "Estimate the size of a wild population from marked animals that are caught again.",
        {
            "marked": need(Said(Int(25, 150), str), "Animals marked in the first catch."),
            "caught": need(Said(Int(40, 160), str), "Animals in the second catch."),
            "recaptured": need(
                Said(Int(4, 24), str), "Animals of the second catch that bear a mark."
            ),
        },
        say=[
            "We marked {marked} voles. Later we caught {caught}, and {recaptured} of those had a "
            "mark. How many voles live there?",
            "[Estimate|Work out] the population: {marked} marked, {caught} caught the second time, "
            "{recaptured} recaptures.",
            "Of {caught} fish in the second net {recaptured} were tagged; the first time we had "
            "tagged {marked}. [How large is the stock|What is the total]?",
            "First catch: {marked} snails painted. Second catch: {caught} snails, of which "
            "{recaptured} with paint. [What does Lincoln-Petersen say|How many snails are there in "
            "all]?",
        ],
        vague=[
            "We marked {marked} voles and later caught some again. How many voles live there?",
            "Of {caught} fish in the net {recaptured} were tagged. How large is the stock?",
        ],
    ),
    Plan(
        "find_species",
        "Look up a species by its scientific name.",
        {
            "scientific_name": need(LATIN, "Genus and species in Latin."),
            "details": opt(
                ListOf(
                    Choice(
                        taxonomy="taxonomy",
                        habitat="habitat",
                        diet="diet",
                        lifespan="lifespan",
                        conservation_status="conservation status",
                    ),
                    1,
                    3,
                ),
                "What to return; everything where it is left out.",
            ),
            "language": opt(
                Choice(en="English", de="German", fr="French", es="Spanish"),
                "Language of the text as a two-letter code.",
                default="en",
            ),
        },
        say=[
            "What kind of creature is {scientific_name}?< Tell me about its {details}.>< Answer in "
            "{language}.>",
            "[Look up|Find] the species {scientific_name}<, only {details}><, in {language}>.",
            "A label in the museum just said {scientific_name}. [What is that|What do we know "
            "about it]?< I care about {details}.>",
            "Species entry for {scientific_name}, please<: {details}><, {language} text>.",
        ],
        vague=[
            "Look up a species for me<, in {language}>.",
            "What are the {details} of the species on the label?",
        ],
    ),
    Plan(
        "log_sighting",
        "Record that an animal was seen in the wild.",
        {
            "species": need(SPECIES, "Common name of the species."),
            "date": need(Date((2024, 2026)), "Day of the sighting as YYYY-MM-DD."),
            "position": need(
                Record(
                    "latitude {latitude} and longitude {longitude}",
                    {"latitude": Num(40, 65, 3), "longitude": Num(2, 28, 3)},
                    {"latitude": "Degrees north.", "longitude": "Degrees east."},
                ),
                "Where it was.",
            ),
            "count": opt(Int(2, 30), "How many animals.", default=1),
            "notes": opt(
                Quoted(
                    "was feeding",
                    "limping a little",
                    "with young",
                    "calling loudly",
                    "crossing the road",
                    "asleep",
                    "very shy",
                    "near the stream",
                ),
                "Free text.",
            ),
        },
        say=[
            "Log a {species} sighting on {date} at {position}<, {count} animals><, with the note "
            "{notes}>.",
            "I saw the species {species} at {position} on {date}.< There were {count} of them.> "
            "[Please record it|Put it in the log]<; add {notes} as a note>.",
            "[Add|Enter] a record to the wildlife log: {species}, {date}, {position}<, number: "
            "{count}><. Note: {notes}>.",
            "On {date} we came across this animal: {species}<, {count} individuals>. It was at "
            "{position}. [Save that sighting|Note it down]<, remark {notes}>.",
        ],
        vague=[
            "Log a sighting of the species {species}<, {count} animals>.",
            "I saw an animal at {position} on {date}. Please record it.",
        ],
    ),
    Plan(
        "get_gene",
        "Fetch what is known about a gene.",
        {
            "symbol": need(GENE, "Gene symbol, such as TP53."),
            "organism": opt(
                Choice(human="humans", mouse="mice", rat="rats", zebrafish="zebrafish"),
                "Organism whose gene is meant.",
                default="human",
            ),
            "include_sequence": opt(
                Flag("with its sequence", "without its sequence"),
                "Whether the DNA sequence is returned.",
                default=False,
            ),
        },
        say=[
            "What does the gene {symbol} do< in {organism}>?< I want the entry "
            "{include_sequence}.>",
            "[Fetch|Get] the gene {symbol}< of {organism}><, {include_sequence}>.",
            "A paper mentions {symbol} again and again. [Pull up the entry for that gene|Show me "
            "the gene's entry]<, {include_sequence}><, as found in {organism}>.",
            "Gene info on {symbol}<, {organism}><, {include_sequence}>, please.",
        ],
        vague=[
            "What does the gene do< in {organism}>?",
            "Fetch a gene for me<, {include_sequence}>.",
        ],
    ),
)
