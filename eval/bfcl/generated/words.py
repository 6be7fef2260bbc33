"""What tasks talk about: names and texts, other ones for training than for tests.

None of the names occurs in BFCL's multi-turn entries. What the APIs know by themselves (cities,
airports, doors) is theirs and the same in both splits.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The vocabulary of one split."""

    people: tuple[str, ...]
    """First names."""
    surnames: tuple[str, ...]
    handles: tuple[str, ...]
    """User names on the posting site."""
    folders: tuple[str, ...]
    stems: tuple[str, ...]
    """Names of files without their endings."""
    things: tuple[str, ...]
    """Single nouns: what lines of files, messages and posts are about."""
    remarks: tuple[str, ...]
    """Short sentences with a place for one of `things`; no quotes in them."""
    tags: tuple[str, ...]
    problems: tuple[str, ...]
    """Titles of tickets."""
    remedies: tuple[str, ...]
    """How a ticket was resolved."""
    symbols: tuple[str, ...]
    """Stocks."""
    streets: tuple[str, ...]


TRAIN = Words(
    people=("Imani", "Torvald", "Beatriz", "Kenji", "Yusuf", "Ottilie", "Saoirse", "Anselm"),
    surnames=("Lindqvist", "Okonjo", "Baptista", "Moravec", "Haddad", "Nakagawa", "Brandvold"),
    handles=("fernweh_ida", "kettle_bot", "quiet_rower", "ravel_ink", "tinpot_tuba", "otter_ops"),
    folders=("harbour", "greenhouse", "ledgers", "kiln", "rehearsals", "orchard", "almanac"),
    stems=("sowing", "timbre", "ballast", "glazes", "tides", "pruning", "cantata", "moorings"),
    things=("trellis", "rudder", "compost", "cello", "capstan", "seedlings", "varnish", "buoy"),
    remarks=(
        "The {} is ready for collection.",
        "We still have to mend the {}.",
        "Somebody left the {} in the hall.",
        "The new {} comes on Thursday.",
        "Nobody has paid for the {} yet.",
        "I checked the {} twice.",
    ),
    tags=("#lowtide", "#handthrown", "#seedswap", "#secondviolin", "#drydock", "#latefrost"),
    problems=(
        "Kiln door does not shut",
        "Rowing club key card blocked",
        "Greenhouse sensor reads zero",
        "Wrong total on seed order",
        "Tuning app loses presets",
        "Mooring map shows old berths",
        "Choir newsletter sent twice",
    ),
    remedies=(
        "Replaced the faulty hinge.",
        "Issued a new card.",
        "Recalibrated the sensor.",
        "Corrected the invoice.",
        "Restored the presets from a backup.",
    ),
    symbols=("LUMO", "KRVT", "PELA", "DORN", "VAUX", "HESP", "QILL", "TAMB"),
    streets=(
        *("12 Wherry Lane", "7 Tannery Row", "30 Gantry Street", "5 Sluice Road"),
        *("118 Ropewalk", "26 Cooperage Hill", "63 Dovecote Avenue", "9 Saltpan Quay"),
    ),
)

TEST = Words(
    people=("Priyanka", "Leopold", "Xiomara", "Matthias", "Ngozi", "Solveig", "Dimitrios", "Wren"),
    surnames=("Falkenrath", "Adeyemi", "Castellanos", "Zielinska", "Rautio", "Bhattarai"),
    handles=(
        "moss_parade",
        "half_past_owl",
        "velcro_moth",
        "paper_lynx",
        "umbra_choir",
        "snailmail7",
    ),
    folders=("apiary", "darkroom", "foundry", "puppets", "cartography", "bakehouse", "observatory"),
    stems=("smelting", "contours", "emulsion", "marionettes", "nectar", "perihelion", "sourdoughs"),
    things=(
        "tripod",
        "beehive",
        "crucible",
        "sextant",
        "lantern",
        "puppet",
        "theodolite",
        "rolling pin",
    ),
    remarks=(
        "Please keep an eye on the {}.",
        "The {} was delivered to the wrong door.",
        "Our oldest {} is on loan until spring.",
        "There is no spare {} left.",
        "Everyone admired the {} yesterday.",
        "The {} needs a second look.",
    ),
    tags=("#nightsky", "#honeyflow", "#slowbread", "#contourlines", "#castiron", "#shadowplay"),
    problems=(
        "Beehive scale sends no data",
        "Darkroom booked by two groups",
        "Telescope login page is blank",
        "Map prints with shifted colours",
        "Oven timer stops at noon",
        "Puppet workshop refund missing",
        "Foundry gate code expired",
    ),
    remedies=(
        "Swapped the battery.",
        "Moved one group to Friday.",
        "Cleared the cache of the server.",
        "Aligned the print heads.",
        "Paid the refund.",
    ),
    symbols=("ZYLO", "BRUM", "CANT", "NIMB", "OSKR", "WEFT", "FJEL", "MUDD"),
    streets=(
        *("44 Lanternfish Way", "9 Bellows Court", "21 Meridian Steps", "3 Quillon Avenue"),
        *("80 Millrace Drive", "15 Foundling Street", "52 Sundial Terrace", "6 Parchment Alley"),
    ),
)

WORDS = {"train": TRAIN, "test": TEST}
