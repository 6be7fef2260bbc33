"""Teams, matches and players."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Date,
    Flag,
    Int,
    ListOf,
    Num,
    OneOf,
    Percent,
    Record,
    Time,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITIES, PERSON

TEAMS = (
    "Ajax; Celtic; Boca Juniors; Seattle Storm; Chicago Bulls; Benfica; Toronto Raptors; "
    "Green Bay Packers; Boston Celtics; Everton; River Plate; Melbourne Demons; Leinster; "
    "Dallas Stars; Rosenborg; Kansas City Royals; Sevilla; Porto; Houston Dash; Lazio"
).split("; ")
LEAGUES = (
    "Premier League; Bundesliga; NBA; Serie A; Eredivisie; WNBA; NHL; La Liga; Top 14; MLS; "
    "Super Rugby; Ligue 1; J1 League; A-League"
).split("; ")
PLAYERS = (
    "Marta Vieira; LeBron James; Ada Hegerberg; Luka Modric; Sue Bird; Wayne Gretzky; "
    "Son Heung-min; Megan Rapinoe; Tim Duncan; Dirk Nowitzki; Sam Kerr; Andrea Pirlo"
).split("; ")
SPORTS = "tennis badminton squash volleyball basketball futsal handball padel".split()
TEAM = OneOf(*TEAMS)
LEAGUE = OneOf(*LEAGUES)
SEASON = OneOf(*(f"{year}-{(year + 1) % 100:02d}" for year in range(2008, 2025)))

DOMAIN = Domain(
    "sports",
    Plan(
        "match_result",
        "Get the final score of a match that two teams have played.",
        {
            "home_team": need(TEAM, "Team that played at home."),
            "away_team": need(
                OneOf(
                    "Malmö",
                    "Hibernian",
                    "Utah Jazz",
                    "Munster",
                    "Valencia Basket",
                    "Minnesota Lynx",
                    "Racing Club",
                    "St. Louis Blues",
                    "Sporting Lisbon",
                    "Atlanta Dream",
                ),
                "Visiting team.",
            ),
            "date": opt(
                Date((2015, 2024)), "Day of the match, YYYY-MM-DD; the latest one if left out."
            ),
        },
        say=[
            "How did {home_team} do at home against {away_team}< on {date}>?",
            "What was the [final score|result] when {home_team} hosted {away_team}< on {date}>?",
            "I missed the game because of a late train. {away_team} were visiting {home_team}"
            "< on {date}>. [How did it end|What was the score]?",
            "Score of {home_team} at home v. {away_team}<, {date}>, please.",
        ],
        vague=[
            "What was the [final score|result] for {home_team}< on {date}>?",
            "How did the match end<, the one on {date}>?",
        ],
    ),
    Plan(
        "league_standings",
        "Show the table of a league, now or after a past season.",
        {
            "league": need(LEAGUE, "Name of the league."),
            "season": opt(SEASON, "Season as start year and end year, such as 2019-20."),
            "top": opt(Int(3, 12), "How many places from the top; all by default."),
        },
        say=[
            "[Show|Get] me the {league} table<, {season} season><, only the top {top}>.",
            "Who [leads|tops] the {league}< in the {season} season>?< List the first {top} "
            "places.>",
            "My uncle and I have a bet about the {league}. What do the standings look like"
            "< for {season}><, {top} best teams only>?",
            "Standings, {league}<, {season}><, top {top}>.",
        ],
        vague=[
            "[Show|Get] me the league table<, only the top {top}>.",
            "What do the standings look like< for {season}>?",
        ],
    ),
    Plan(
        "player_season_stats",
        "Statistics of a player over one season.",
        {
            "player": need(OneOf(*PLAYERS), "Full name of the player."),
            "season": need(SEASON, "Season, such as 2019-20."),
            "measures": need(
                ListOf(
                    Choice(
                        "goals",
                        "assists",
                        "points",
                        minutes="minutes played",
                        matches="matches played",
                        cards="bookings",
                    ),
                    1,
                    3,
                ),
                "Which figures are returned.",
            ),
            "competition": opt(
                Choice(
                    league="the league",
                    cup="the national cup",
                    continental="continental competitions",
                ),
                "Where the figures are counted; everywhere by default.",
            ),
        },
        say=[
            "[Get|Look up] {measures} of {player} for the {season} season< in {competition}>.",
            "How did {player} do in {season}< in {competition}>? I'm after {measures}.",
            "For a piece about {player} I need some numbers of the season {season}: {measures}"
            "<, in {competition} only>.",
            "{player}, {season}<, {competition}>: what are the figures for {measures}?",
        ],
        vague=[
            "[Get|Look up] {measures} of {player}.",
            "How did {player} do< in {competition}> last time?",
        ],
    ),
    Plan(
        "team_fixtures",
        "List the next matches of a team.",
        {
            "team": need(TEAM, "Name of the team."),
            "count": opt(Int(2, 10), "How many matches.", default=5),
            "venue": opt(
                Choice(home="at home", away="away from home"),
                "Only matches at this place; both where it is left out.",
            ),
        },
        say=[
            "When [does|will] {team} play next<, counting only games {venue}>?< Show {count} "
            "matches.>",
            "[List|Show] the upcoming matches of {team}<, {count} of them><, only those {venue}>.",
            "I have the {team} scarf and now I need to see them play. What games are coming up"
            "< {venue}><, the next {count}>?",
            "I'd like to know which games {team} will play<, the next {count}><, just the ones "
            "{venue}>.",
        ],
        vague=[
            "[List|Show] the upcoming matches<, only those {venue}>.",
            "When does my team play next?",
        ],
    ),
    Plan(
        "batting_average",
        "Compute a baseball batting average, hits by times at bat.",
        {
            "hits": need(Int(20, 190), "Number of hits."),
            "at_bats": need(Int(210, 620), "Times at bat."),
            "digits": opt(Int(2, 5), "Digits behind the point.", default=3),
        },
        say=[
            "[Compute|Calculate] the batting average for {hits} hits in {at_bats} at bats"
            "<, to {digits} digits>.",
            "A hitter went to the plate {at_bats} times and got {hits} hits. What is the average"
            "<, rounded to {digits} digits>?",
            "In the box score I count {hits} hits over {at_bats} at bats; "
            "[tell me the batting average|work out the average]<, with {digits} digits>.",
            "My cousin claims that {at_bats} at bats with {hits} hits is outstanding. "
            "What batting average is that<, given to {digits} digits>?",
        ],
        vague=[
            "What is the batting average for {hits} hits?",
            "[Compute|Calculate] a batting average<, to {digits} digits>.",
        ],
    ),
    Plan(
        "simulate_knockout",
        "Simulate a match from the strengths of both sides and return the chance of each result.",
        {
            "team_a": need(
                Record(
                    "{name} (rated {rating})",
                    {"name": TEAM, "rating": Int(1300, 2100, 10)},
                    {"name": "Name of the team.", "rating": "Elo rating."},
                ),
                "First team.",
            ),
            "team_b": need(
                Record(
                    "{name} (rated {rating})",
                    {
                        "name": OneOf(*(f"{city} United" for city in CITIES[:12])),
                        "rating": Int(1300, 2100, 10),
                    },
                    {"name": "Name of the team.", "rating": "Elo rating."},
                ),
                "Second team.",
            ),
            "runs": opt(Int(1000, 50000, 1000), "How often it is played.", default=10000),
            "home_advantage": opt(
                Percent(1, 15, fraction=True),
                "Boost for the first team as a fraction, 0.05 for 5 percent.",
                default=0,
            ),
        },
        say=[
            "[Simulate|Play out] a tie of {team_a} against {team_b}<, {runs} times>"
            "<, with a home boost of {home_advantage}>.",
            "What would happen if {team_a} met {team_b}<, giving the first a home advantage of "
            "{home_advantage}>?"
            "< Run it {runs} times.>",
            "We run a prediction game at work. First team {team_a}, second team {team_b}: "
            "[simulate|compute] the odds<, {home_advantage} extra for the hosts>.",
            "I'd love to see chances for {team_a} versus {team_b}< from {runs} simulated games>.",
        ],
        vague=["Simulate a tie against {team_b}.", "[Simulate|Play out] a match< {runs} times>."],
    ),
    Plan(
        "book_court",
        "Book a court in a sports centre.",
        {
            "sport": need(Choice(*SPORTS), "What is played."),
            "date": need(Date((2025, 2026)), "Day, as YYYY-MM-DD."),
            "start_time": need(Time(), "Start, as HH:MM in 24 hours."),
            "hours": need(Int(2, 4), "For how many hours."),
            "indoor": opt(Flag("indoors", "outdoors"), "Whether the court has to be under a roof."),
        },
        say=[
            "[Book|Reserve] us a {sport} court on {date} from {start_time} for {hours} hours"
            "<, {indoor}>.",
            "For {hours} hours of {sport} I need a court< {indoor}>, {date}, starting at "
            "{start_time}.",
            "The whole office is restless. Is there a way to get a court for {sport} "
            "on {date} at {start_time}, {hours} hours long<, and {indoor}>?",
            "Court< {indoor}>: {sport}, {date}, {start_time}, {hours} hours.",
        ],
        vague=[
            "[Book|Reserve] us a {sport} court< {indoor}>.",
            "Can I get a court on {date} at {start_time}?",
        ],
    ),
    Plan(
        "register_player",
        "Enter a new player in the register of a club.",
        {
            "name": need(PERSON, "First and last name."),
            "birth_date": need(Date((1990, 2012)), "Date of birth, as YYYY-MM-DD."),
            "position": need(
                Choice("goalkeeper", "defender", "midfielder", "forward"), "Position on the field."
            ),
        },
        say=[
            "[Register|Sign up] {name}, born {birth_date}, as a {position}.",
            "We have a new {position} at the club: {name}, date of birth {birth_date}. "
            "Please [add|register] them.",
            "Could you put {name} on our club's player list? "
            "Position {position}, born on {birth_date}.",
            "New player: {name}, {birth_date}, {position}.",
        ],
        vague=[
            "[Register|Sign up] {name} as a {position}.",
            "There is a new player at our club, put them on the list.",
        ],
    ),
    Plan(
        "race_pace",
        "Work out the pace per kilometre for a race from distance and finishing time.",
        {
            "distance_km": need(Num(5, 42, 1), "Length of the race in kilometres."),
            "finish_minutes": need(Int(25, 280), "Finishing time in minutes."),
        },
        say=[
            "What pace [do I need|must I run] to finish {distance_km} km in {finish_minutes} "
            "minutes"
            "?",
            "[Work out|Calculate] my pace: {distance_km} kilometres within {finish_minutes} minutes"
            ".",
            "I signed up for a race of {distance_km} km and told everyone I would be done after "
            "{finish_minutes} minutes. How fast is that per kilometre?",
            "Target {finish_minutes} min over {distance_km} km, pace per km please.",
        ],
        vague=[
            "What pace do I need to finish in {finish_minutes} minutes?",
            "[Work out|Calculate] my pace for a race of {distance_km} km.",
        ],
    ),
    Plan(
        "report_line_up",
        "Hand in the line-up of a team for a match.",
        {
            "match_code": need(
                Words(
                    "{}-{}",
                    "MD01 MD07 MD12 MD18 MD23 QF SF R16".split(),
                    [str(n) for n in range(101, 999, 31)],
                ),
                "Code of the match, such as MD07-318.",
            ),
            "formation": need(
                OneOf("4-4-2", "4-3-3", "3-5-2", "4-2-3-1", "5-3-2", "3-4-3", "4-1-4-1"),
                "Players per line, from the back, such as 4-4-2.",
            ),
            "shirt_numbers": need(
                ListOf(Int(13, 40), 4, 7, brackets=True), "Shirt numbers of the starters."
            ),
            "captain": need(Int(13, 40), "Shirt number of the captain."),
        },
        say=[
            "[Hand in|Submit] our line-up for match {match_code}: {formation} with the numbers "
            "{shirt_numbers}, captain number {captain}.",
            "For {match_code} we start with {shirt_numbers} in a {formation}, and number {captain} "
            "is captain. [Submit it|Pass it on], please.",
            "Coach finally decided. The numbers {shirt_numbers} play, {captain} wears the armband, "
            "formation {formation}; please report that for match {match_code}.",
            "Line-up {match_code}, {formation}, starters {shirt_numbers}, captain {captain}.",
        ],
        vague=[
            "[Hand in|Submit] our line-up in a {formation} for match {match_code}.",
            "Report that the numbers {shirt_numbers} play, with {captain} as captain.",
        ],
    ),
)
