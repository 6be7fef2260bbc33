"""Tables, queries and records with nested conditions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from envs.types import JSON
from training.generator.kinds import (
    Choice,
    Drawn,
    Flag,
    Int,
    Kind,
    ListOf,
    Money,
    Num,
    OneOf,
    Record,
    joined,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITIES, COUNTRIES, EMAIL, PERSON

TABLES = (
    "orders customers products invoices shipments employees tickets payments suppliers bookings"
).split()
TEXT_COLUMNS: dict[str, Sequence[str]] = {
    "city": CITIES,
    "country": COUNTRIES,
    "status": "open paid shipped cancelled overdue refunded draft".split(),
    "category": "toys books garden shoes furniture tools".split(),
    "department": "sales legal finance logistics design support".split(),
    "channel": "online retail wholesale phone partner".split(),
}
NUMBER_COLUMNS: dict[str, Kind] = {
    "rating": Num(1, 5),
    "price": Int(10, 900, 5),
    "age": Int(18, 80),
    "weight_kg": Num(0.5, 40),
    "stock": Int(5, 800, 5),
}
COLUMNS = [*TEXT_COLUMNS, *NUMBER_COLUMNS, "id", "created_at"]
LABELS = "archived verified premium seasonal legacy priority blocked trial".split()
DATABASES = "sales warehouse crm hr_core analytics ledger_eu support web_shop".split()
TABLE = OneOf(*TABLES)
COLUMN = OneOf(*COLUMNS)


@dataclass(frozen=True)
class _Either:
    """A value of one of several kinds that share a schema."""

    kinds: tuple[Kind, ...]

    def __init__(self, *kinds: Kind) -> None:
        object.__setattr__(self, "kinds", kinds)

    def schema(self) -> dict[str, JSON]:
        return self.kinds[0].schema()

    def draw(self, rng: random.Random) -> Drawn:
        return rng.choice(self.kinds).draw(rng)


@dataclass(frozen=True)
class _Fields:
    """A row to write: an object of a few columns, its keys left open by the schema."""

    def schema(self) -> dict[str, JSON]:
        return {"type": "object"}

    def draw(self, rng: random.Random) -> Drawn:
        kinds: dict[str, Kind] = {
            "name": PERSON,
            "email": EMAIL,
            "city": OneOf(*CITIES),
            "balance": Money(10, 900),
            "tier": OneOf("gold", "silver", "basic"),
        }
        names = rng.sample(list(kinds), rng.randint(2, 4))
        drawn = {name: kinds[name].draw(rng) for name in names}
        said = joined([f"{name} {value.said}" for name, value in drawn.items()])
        return Drawn({name: value.value for name, value in drawn.items()}, said)


CONDITION_ABOUT = {
    "column": "Name of the column.",
    "operator": "eq equal, gt greater, lt less, ge at least, le at most.",
    "value": "What the column is compared with.",
}
NUMBER_CONDITION = _Either(
    *(
        Record(
            f"{column} {{operator}} {{value}}",
            {
                "column": OneOf(column),
                "operator": Choice(
                    gt="greater than", lt="less than", ge="at least", le="at most", eq="equal to"
                ),
                "value": values,
            },
            CONDITION_ABOUT,
        )
        for column, values in NUMBER_COLUMNS.items()
    )
)
TEXT_CONDITION = _Either(
    *(
        Record(
            f"{column} {{operator}} {{value}}",
            {
                "column": OneOf(column),
                "operator": Choice(eq="equal to", ne="not equal to"),
                "value": OneOf(*values),
            },
            {**CONDITION_ABOUT, "operator": "eq equal, ne not equal."},
        )
        for column, values in TEXT_COLUMNS.items()
    )
)
NEW_COLUMN = Record(
    "{name} as {type}",
    {
        "name": OneOf(*COLUMNS, "note", "email", "started_on", "owner"),
        "type": Choice(text="text", integer="whole number", real="decimal", boolean="yes/no"),
    },
    {"name": "Name of the column.", "type": "Type of its values."},
)

DOMAIN = Domain(
    "databases",
    Plan(
        "select_rows",
        "Read rows of a table that meet conditions.",
        {
            "table": need(TABLE, "Name of the table."),
            "conditions": need(ListOf(NUMBER_CONDITION, 1, 3), "Conditions that all have to hold."),
            "columns": opt(ListOf(COLUMN, 2, 3), "Columns to return; all by default."),
            "order_by": opt(COLUMN, "Column by which rows are sorted."),
            "limit": opt(Int(5, 200, 5), "Most rows returned."),
        },
        say=[
            "[Select|Get] the rows of {table} with {conditions}<, only the columns {columns}>"
            "<, sorted by {order_by}><, {limit} rows at most>.",
            "Which entries of the table {table} have {conditions}?< Order them by {order_by}.>"
            "< Give me {limit} at most.>",
            "I'm checking something odd in {table}. [Show|Fetch] all records where we have "
            "{conditions}<, columns {columns}><, at most {limit}>.",
            "Query {table}: {conditions}<; columns {columns}><; order by {order_by}>"
            "<; limit {limit}>.",
        ],
        vague=[
            "[Select|Get] some rows of {table}<, sorted by {order_by}>.",
            "Which records have {conditions}?",
        ],
        like=["count_rows"],
    ),
    Plan(
        "count_rows",
        "Count the rows of a table, all or those that meet a condition.",
        {
            "table": need(TABLE, "Name of the table."),
            "condition": opt(TEXT_CONDITION, "Only rows for which this holds."),
            "distinct_column": opt(
                OneOf(*TEXT_COLUMNS), "Count different values of this column in place of rows."
            ),
        },
        say=[
            "How many rows does {table} have<, counting only those with {condition}>"
            "<, one for each distinct {distinct_column}>?",
            "[Count|Total] the rows of the table {table}<, restricted to {condition}>.",
            "Someone claims that {table} has doubled over night. [Count its rows|Give me the row "
            "count]<, just with {condition}>.",
            "I was wondering how large the table {table} is in rows<, given {condition}>.",
        ],
        vague=[
            "How many rows are there<, counting only those with {condition}>?",
            "Count the rows of the table<, restricted to {condition}>.",
        ],
        like=["select_rows", "aggregate_column"],
    ),
    Plan(
        "insert_record",
        "Insert one row into a table.",
        {
            "table": need(
                OneOf(
                    "customers",
                    "members",
                    "contacts",
                    "subscribers",
                    "guests",
                    "applicants",
                    "donors",
                    "volunteers",
                ),
                "Name of the table.",
            ),
            "values": need(_Fields(), "Column name to value; numbers are written as numbers."),
            "on_conflict": opt(
                Choice(ignore="skip it", replace="replace the old row", fail="report an error"),
                "What happens where the row exists already.",
                default="fail",
            ),
        },
        say=[
            "[Insert|Add] a row into {table} with {values}<. If it exists already, {on_conflict}>.",
            "New row for the table {table}: {values}<; should it exist, {on_conflict}>.",
            "This one was left out of the import. Please write {values} into {table}"
            "<, and {on_conflict} if the row is there already>.",
            "Could you store a record in {table}, namely {values}<, and where it is there already "
            "{on_conflict}>?",
        ],
        vague=[
            "[Insert|Add] a row into {table}.",
            "New row for the table<; should it exist, {on_conflict}>.",
        ],
    ),
    Plan(
        "update_rows",
        "Set a column to a value in all rows that meet a condition.",
        {
            "table": need(TABLE, "Name of the table."),
            "column": need(OneOf("label", "segment", "marker", "team"), "Column that is changed."),
            "new_value": need(OneOf(*LABELS), "Value that is written."),
            "where": need(NUMBER_CONDITION, "Which rows are changed."),
            "dry_run": opt(
                Flag("only tell me how many rows it would be", "write it at once"),
                "Whether rows are only counted.",
                default=False,
            ),
        },
        say=[
            "[Set|Change] {column} to {new_value} in {table} for rows with {where}<; {dry_run}>.",
            "In the table {table}, all rows with {where} should get {new_value} as their {column}"
            "<; {dry_run}>.",
            "We cleaned up our terms last week. Wherever {table} has {where}, make the {column} "
            "{new_value}<; {dry_run}>.",
            "Update {table}: {column} becomes {new_value} on condition {where}<, {dry_run}>.",
        ],
        vague=[
            "[Set|Change] {column} to {new_value} in {table}.",
            "Some rows with {where} should be updated<; {dry_run}>.",
        ],
        like=["delete_rows"],
    ),
    Plan(
        "delete_rows",
        "Delete rows of a table that meet a condition.",
        {
            "table": need(TABLE, "Name of the table."),
            "where": need(TEXT_CONDITION, "Which rows are deleted."),
        },
        say=[
            "[Delete|Remove] the rows of {table} with {where}.",
            "Everything in {table} with {where} can be deleted.",
            "Legal asked us to purge old data. Drop the records with {where} from {table}.",
            "Clean up {table}: rows with {where} [must|can] go.",
        ],
        vague=[
            "[Delete|Remove] some rows of {table}.",
            "Everything with {where} can be deleted.",
        ],
        like=["update_rows"],
    ),
    Plan(
        "aggregate_column",
        "Sum up a column of numbers.",
        {
            "table": need(TABLE, "Name of the table."),
            "column": need(OneOf(*NUMBER_COLUMNS), "Column of numbers."),
            "function": need(
                Choice(sum="sum", avg="average", min="minimum", max="maximum", median="median"),
                "How it is summed up.",
            ),
            "group_by": opt(ListOf(OneOf(*TEXT_COLUMNS), 1, 2), "Columns that form groups."),
            "having_min_count": opt(Int(5, 50, 5), "Only groups of at least so many rows."),
        },
        say=[
            "What is the {function} of {column} in the table {table}<, grouped by {group_by}>"
            "<, only for groups of {having_min_count} rows or more>?",
            "[Compute|Get] the {function} over {column} from {table}<, by {group_by}>.",
            "The board wants a figure by tonight: the {function} of the column {column} in {table}"
            "<, broken down by {group_by}><, leaving out groups under {having_min_count} rows>.",
            "From {table}: {function} of {column}<, per {group_by}>.",
        ],
        vague=[
            "What is the {function} of {column}<, grouped by {group_by}>?",
            "[Compute|Get] a figure over {table}<, by {group_by}>.",
        ],
        like=["count_rows"],
    ),
    Plan(
        "create_table",
        "Create a table with typed columns.",
        {
            "name": need(
                OneOf(
                    *"visits coupons sensors recipes playlists pets audits machines trips "
                    "badges lockers feedback".split()
                ),
                "Name of the new table.",
            ),
            "columns": need(
                ListOf(NEW_COLUMN, 2, 3),
                "The columns in order.",
            ),
        },
        say=[
            "[Create|Set up] a table {name} with the columns {columns}.",
            "I need a new table called {name}. Its columns: {columns}.",
            "We start to collect new data next week. Please [make|create] the table {name}, having "
            "{columns} as columns.",
            "Table {name}: {columns}.",
        ],
        vague=[
            "[Create|Set up] a table {name}.",
            "I need a new table.",
        ],
    ),
    Plan(
        "rename_column",
        "Give a column of a table another name.",
        {
            "table": need(TABLE, "Name of the table."),
            "column": need(COLUMN, "The column as it is called now."),
            "new_name": need(OneOf("kind", "total", "place", "label_2"), "Its new name."),
        },
        say=[
            "[Rename|Change] the column {column} of {table} to {new_name}.",
            "In {table} there is a column {column}; it should be called {new_name}.",
            "Nobody understands our names. Could {column} become {new_name} in the table {table}?",
            "New name {new_name} for column {column}, table {table}.",
        ],
        vague=["[Rename|Change] the column {column} of {table}."],
    ),
    Plan(
        "add_index",
        "Add an index to a table, so that look-ups by its columns are fast.",
        {
            "table": need(TABLE, "Name of the table."),
            "columns": need(ListOf(COLUMN, 1, 3), "Columns in the order of the index."),
            "unique": opt(
                Flag("values have to be unique", "values may repeat"),
                "Whether no two rows may agree in the columns.",
                default=False,
            ),
            "method": opt(
                Choice("btree", "hash", "gin", "brin"), "Kind of index.", default="btree"
            ),
        },
        say=[
            "[Add|Build] an index on {table} over {columns}<, method {method}><; {unique}>.",
            "Look-ups in {table} by {columns} are slow, so give it an index on that"
            "<, of the {method} kind><; {unique}>.",
            "The dashboard takes ages. Would you [index|put an index on] the table {table} by "
            "{columns}<, using {method}>?",
            "Index wanted: {table}, {columns}<, {method}><, {unique}>.",
        ],
        vague=[
            "[Add|Build] an index on {table}<, method {method}>.",
            "Build an index over {columns}<; {unique}>.",
        ],
    ),
    Plan(
        "grant_access",
        "Give a person rights on a database.",
        {
            "user": need(EMAIL, "E-mail address of the person."),
            "database": need(OneOf(*DATABASES), "Name of the database."),
            "rights": need(
                ListOf(
                    Choice(
                        read="read", write="write", create="create tables", grant="pass rights on"
                    ),
                    1,
                    3,
                ),
                "What the person may do.",
            ),
            "expires_in_days": opt(Int(2, 90), "Days until it ends; never by default."),
        },
        say=[
            "[Allow|Permit] {user} to {rights} in the database {database}"
            "<, for {expires_in_days} days>.",
            "Our new colleague is {user}. In {database} this person should be able to {rights}"
            "<, for the next {expires_in_days} days>.",
            "Rights on {database} for {user}: {rights}<, ending after {expires_in_days} days>.",
            "Could {user} please get the rights to {rights} on {database}"
            "<, limited to {expires_in_days} days>?",
        ],
        vague=[
            "Give {user} rights on a database<, for {expires_in_days} days>.",
            "Someone should be able to {rights} in {database}.",
        ],
    ),
)
