"""Board games, cards, dice, chess and puzzles."""

from __future__ import annotations

import random
from dataclasses import dataclass

from envs.types import JSON
from training.generator.domains.arithmetic import Digits, Series
from training.generator.kinds import Choice, Code, Drawn, Flag, Int, ListOf, OneOf, Said
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import FIRST_NAME, FIRST_NAMES

RANKS = dict(
    zip(
        "2 3 4 5 6 7 8 9 10 J Q K A".split(),
        "two three four five six seven eight nine ten jack queen king ace".split(),
        strict=True,
    )
)
SUITS = {"S": "spades", "H": "hearts", "D": "diamonds", "C": "clubs"}
GAME_ID = Code("G-####")
POSITION = OneOf(
    "r1bqkbnr/pppp1ppp/2n5/4p3/4P3/5N2/PPPP1PPP/RNBQKB1R w KQkq - 2 3",
    "rnbqkbnr/pp1ppppp/8/2p5/4P3/8/PPPP1PPP/RNBQKBNR w KQkq - 0 2",
    "8/8/4k3/8/2K5/4P3/8/8 w - - 0 1",
    "r3k2r/ppp2ppp/2n1bn2/3qp3/8/2NP1N2/PPP1QPPP/R3K2R b KQkq - 4 10",
    "6k1/5ppp/8/8/8/8/5PPP/3R2K1 w - - 0 1",
    "rnbqkb1r/ppp1pp1p/5np1/3p4/3P1B2/4PN2/PPP2PPP/RN1QKB1R b KQkq - 0 4",
    "8/5k2/3p4/1p1Pp2p/pP2Pp1P/P4P1K/8/8 b - - 99 50",
    "2r3k1/pp3ppp/8/3R4/8/1P6/P4PPP/6K1 b - - 1 24",
    "4k3/P7/8/8/8/8/7p/4K3 w - - 0 40",
    "r2q1rk1/pp2bppp/2n1pn2/3p4/3P4/2NBPN2/PP3PPP/R1BQ1RK1 w - - 3 9",
)
PEG = Choice("red", "blue", "green", "yellow", "white", "black")


@dataclass(frozen=True)
class Card:
    """A playing card, said by its code or in words."""

    def schema(self) -> dict[str, JSON]:
        """A string; the description has to tell the code."""
        return {"type": "string"}

    def draw(self, rng: random.Random) -> Drawn:
        """Any card of 52."""
        rank, suit = rng.choice(list(RANKS)), rng.choice(list(SUITS))
        return Drawn(rank + suit, rng.choice([rank + suit, f"{RANKS[rank]} of {SUITS[suit]}"]))


@dataclass(frozen=True)
class Sudoku:
    """A puzzle of four by four cells that has a solution, with 0 for the empty ones."""

    def schema(self) -> dict[str, JSON]:
        """An array of arrays."""
        return {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}

    def draw(self, rng: random.Random) -> Drawn:
        """A solved grid with new digits, half of the cells emptied."""
        digit = dict(zip("1234", rng.sample(range(1, 5), 4), strict=True))
        grid = [
            [digit[c] for c in row]
            for row in rng.choice(
                [
                    ["1234", "3412", "2143", "4321"],
                    ["1234", "3412", "4321", "2143"],
                    ["1243", "3421", "2134", "4312"],
                ]
            )
        ]
        for cell in rng.sample(range(16), rng.randint(7, 10)):
            grid[cell // 4][cell % 4] = 0
        return Drawn(
            grid, rng.choice([str(grid), " / ".join(" ".join(map(str, row)) for row in grid)])
        )


@dataclass(frozen=True)
class Noughts:
    """A board of noughts and crosses after an even number of moves."""

    def schema(self) -> dict[str, JSON]:
        """An array of arrays."""
        return {
            "type": "array",
            "items": {"type": "array", "items": {"type": "string", "enum": ["X", "O", "-"]}},
        }

    def draw(self, rng: random.Random) -> Drawn:
        """One to three moves of each side."""
        moves = rng.randint(1, 3)
        cells = ["X"] * moves + ["O"] * moves + ["-"] * (9 - 2 * moves)
        rng.shuffle(cells)
        rows = [cells[start : start + 3] for start in (0, 3, 6)]
        said = ["[" + ", ".join(row) + "]" for row in rows]
        return Drawn(
            [list(row) for row in rows],
            rng.choice([f"[{', '.join(said)}]", " / ".join(" ".join(row) for row in rows)]),
        )


DOMAIN = Domain(
    "logic_games",
    Plan(
        "chess_best_move",
        "Find the best move in a chess position.",
        {
            "fen": need(POSITION, "The position in Forsyth-Edwards notation."),
            "depth": opt(Int(6, 30), "How many half-moves to look ahead.", default=15),
            "lines": opt(Int(2, 5), "How many alternatives to return.", default=1),
        },
        say=[
            "What is the best move in {fen}<, searching to depth {depth}>?< Show {lines} "
            "alternatives.>",
            "[Analyse|Evaluate] the chess position {fen}<, {lines} lines><, depth {depth}>.",
            "I am stuck in a game of chess. The FEN is {fen}, so [what should be played|which move "
            "is best]<, looking {depth} half-moves ahead>?",
            "Best move, please<, at a depth of {depth}><, with the top {lines} choices>: {fen}.",
        ],
        vague=[
            "What is the best move in my game of chess<, searching to depth {depth}>?",
            "Analyse a chess position for me<, {lines} lines>.",
        ],
    ),
    Plan(
        "roll_dice",
        "Roll some dice and add them up.",
        {
            "dice": need(Said(Int(2, 10), str), "Number of dice."),
            "sides": need(Said(Int(4, 20, 2), str), "Sides of each die."),
            "modifier": opt(Said(Digits(1, 9), str), "Number added to the sum.", default=0),
            "drop_lowest": opt(
                Flag("drop the lowest die", "keep the lowest die"),
                "Whether the lowest die is left out.",
                default=False,
            ),
        },
        say=[
            "Roll {dice} dice with {sides} sides<, add {modifier}><, and {drop_lowest}>.",
            "My wizard casts a fireball: {dice} dice of {sides} sides each<, plus {modifier} on "
            "top>. [Roll the damage|Roll for me]<, but {drop_lowest}>.",
            "What do I get if I throw {dice} dice of {sides} sides each<, with a bonus of "
            "{modifier}>?< Please {drop_lowest}.>",
            "Can you throw dice for our board game? We need {dice} of them, {sides} sides<; "
            "{drop_lowest}><. The bonus is {modifier}>.",
        ],
        vague=["Roll the dice for me<, and {drop_lowest}>.", "Roll some dice with {sides} sides."],
    ),
    Plan(
        "deal_cards",
        "Shuffle and deal playing cards to a number of players.",
        {
            "players": need(Said(Int(2, 8), str), "Number of players."),
            "cards_each": need(Said(Int(3, 13), str), "Cards that every player gets."),
            "decks": opt(Said(Int(2, 6), str), "Number of decks shuffled together.", default=1),
            "jokers": opt(
                Flag("with jokers", "without jokers"),
                "Whether jokers are in the deck.",
                default=False,
            ),
        },
        say=[
            "Deal {cards_each} cards to each of {players} players<, {jokers}><, from {decks} "
            "decks>.",
            "There are {players} of us and we play rummy. [Deal|Give us] {cards_each} cards each<, "
            "{jokers}>.",
            "[Shuffle|Mix] the cards< {jokers}><, taking {decks} decks,> and hand {cards_each} to "
            "every player, {players} players in all.",
            "We need hands of {cards_each} cards for {players} people<; use {decks} decks><, "
            "{jokers}>.",
        ],
        vague=[
            "Deal the cards to {players} players<, {jokers}>.",
            "Shuffle and deal {cards_each} cards each.",
        ],
    ),
    Plan(
        "rank_poker_hand",
        "Name the best poker hand that a player can make from cards.",
        {
            "hole_cards": need(
                ListOf(Card(), 2, 2),
                "The player's own two cards, rank then suit letter: QH is the queen of hearts, 10S "
                "the ten of spades.",
            ),
            "board": need(ListOf(Card(), 3, 5), "Cards on the table, written the same way."),
        },
        say=[
            "I hold {hole_cards}. On the table lie {board}. What is my best poker hand?",
            "[Rank|Name] my poker hand: hole cards {hole_cards}; board {board}.",
            "The board shows {board}. My cards are {hole_cards}. [What do I have|Which hand is "
            "that] in poker?",
            "We are arguing about a round of poker. The player's own cards: {hole_cards}. The "
            "common cards: {board}. [What does that make|What is it worth]?",
        ],
        vague=[
            "I hold {hole_cards}. What is my best poker hand?",
            "What is my poker hand with {board} on the table?",
        ],
    ),
    Plan(
        "solve_sudoku_4x4",
        "Solve a small Sudoku of four rows with four cells.",
        {
            "grid": need(
                Said(Sudoku(), str),
                "Rows of the puzzle, each a list of four integers, 0 for an empty cell.",
            ),
            "hint_only": opt(
                Flag("just give me one hint", "give me the whole solution"),
                "true fills a single cell only.",
                default=False,
            ),
        },
        say=[
            "Solve this Sudoku (row by row, 0 is empty): {grid}<. Please {hint_only}>.",
            "[My son is stuck|We are stuck] on a 4x4 Sudoku with these rows, where 0 stands for a "
            "blank: {grid}. How does it go on?< But {hint_only}.>",
            "Four by four Sudoku, zeros are blanks: {grid}. [What is the solution|How is it "
            "solved]?< And {hint_only}.>",
            "I copied the small Sudoku from the paper as {grid}, with 0 for empty. [Fill it "
            "in|Work it out]<; {hint_only}>.",
        ],
        vague=[
            "Solve the small Sudoku from the paper.",
            "I am stuck on a 4x4 Sudoku. Can you go on?",
        ],
    ),
    Plan(
        "noughts_and_crosses_move",
        "Choose the best next move in noughts and crosses.",
        {
            "board": need(
                Said(Noughts(), str), "Three rows of three cells, each X, O or - for an empty cell."
            ),
            "player": need(Choice("X", "O"), "Whose turn it is."),
        },
        say=[
            "Where should {player} play on this board of noughts and crosses: {board}?",
            "It is the turn of {player}, and the tic-tac-toe board reads {board}. [What is the "
            "best cell|Which cell is best]?",
            "[Find|Give me] a good tic-tac-toe move for {player}. The rows are {board}, - being "
            "empty.",
            "Tic-tac-toe, rows from the top: {board}. I am {player}. [Where do I go|What is my "
            "move]?",
        ],
        vague=[
            "Where should {player} play?",
            "What is the best next move on the tic-tac-toe board {board}?",
        ],
    ),
    Plan(
        "new_match",
        "Start an online match of a board game.",
        {
            "game": need(
                Choice(
                    "chess", "checkers", "go", "reversi", "backgammon", connect_four="four in a row"
                ),
                "Which game; connect_four is four in a row.",
            ),
            "opponent": need(FIRST_NAME, "Name of the player who is invited."),
            "minutes": opt(
                Int(3, 60),
                "Thinking time of each player in minutes; unlimited where it is left out.",
            ),
            "color": opt(
                Choice(light="the light pieces", dark="the dark pieces"),
                "Pieces that the inviter plays.",
                default="light",
            ),
            "rated": opt(
                Flag("a rated match", "just for fun"),
                "Whether the match counts for the rating.",
                default=False,
            ),
        },
        say=[
            "Start a game of {game} against {opponent}<, {minutes} minutes each><, me with "
            "{color}><; {rated}>.",
            "[Invite|Challenge] {opponent} to {game}<; I take {color}><, {rated}>.",
            "I'd like to play {game} with {opponent} [tonight|now]<, with {minutes} minutes on "
            "each clock>. Set it up<, {rated}>.",
            "New match, please: {game}, opponent {opponent}<, {minutes} minutes a side><, {color} "
            "for me>.",
        ],
        vague=[
            "Start a game of {game}<, {minutes} minutes each>.",
            "I'd like to play against {opponent}<, {rated}>. Set up a match.",
        ],
    ),
    Plan(
        "update_elo",
        "Compute a player's new rating after a game.",
        {
            "rating": need(Said(Digits(1100, 2300), str), "Rating of the player before the game."),
            "opponent_rating": need(Said(Digits(1100, 2300), str), "Rating of the opponent."),
            "result": need(Choice(win="won", loss="lost", draw="drew"), "Result for the player."),
            "k_factor": opt(Int(16, 40, 4), "How strongly one game counts.", default=20),
        },
        say=[
            "I am rated {rating} and {result} against someone with {opponent_rating}. What is my "
            "new rating<, with a K of {k_factor}>?",
            "A player with Elo {rating} {result} a game against a player with Elo "
            "{opponent_rating}. [Update|Recompute] the first one's rating<; K is {k_factor}>.",
            "My opponent had {opponent_rating} points, I had {rating}, and I {result}. [How does "
            "my Elo change|Where does my Elo go]<, for K = {k_factor}>?",
            "[Compute|Work out] the new Elo for {rating}, who {result} against {opponent_rating}<, "
            "K-factor {k_factor}>.",
        ],
        vague=[
            "I {result} against someone with {opponent_rating}. What is my new rating?",
            "I am rated {rating} and played against a stronger player. How does my Elo change?",
        ],
    ),
    Plan(
        "score_mastermind_guess",
        "Score a guess in a code-breaking game with coloured pegs.",
        {
            "secret": need(Series(PEG, 4, 4), "Colours of the secret code, left to right."),
            "guess": need(Series(PEG, 4, 4), "Colours of the guess, left to right."),
        },
        say=[
            "The secret pegs are {secret}. The guess was {guess}. How many black and white pins "
            "does that get?",
            "[Score|Rate] a Mastermind guess. Guess: {guess}. Secret: {secret}.",
            "My sister guessed these colours: {guess}. My code, from left to right, is: {secret}. "
            "[What do I answer|How many pins do I give her]?",
            "Code {secret}; guess {guess}. [How close is it|What is the score] in the peg game?",
        ],
        vague=[
            "How many pins does the guess {guess} get?",
            "The secret pegs are {secret}. Score my sister's guess.",
        ],
    ),
    Plan(
        "guess_letter",
        "Guess one letter in a running game of hangman.",
        {
            "game_id": need(GAME_ID, "Number of the game, such as G-1234."),
            "letter": need(
                Said(OneOf(*"aeiorstlnmdg"), lambda letter: f"'{letter}'"), "One small letter."
            ),
        },
        say=[
            "I guess {letter} in hangman game {game_id}.",
            "[Try|Take] the letter {letter} in game {game_id}.",
            "In our hangman round {game_id} I would go for {letter} [next|now].",
            "Hangman {game_id}: is there {letter} in the word? [That is my guess|I guess it].",
        ],
        vague=[
            "I guess {letter} in our hangman game.",
            "Guess a letter for me in game {game_id}, I will say which.",
        ],
    ),
    Plan(
        "pair_tournament",
        "Draw up who plays whom in the rounds of a tournament.",
        {
            "players": need(ListOf(OneOf(*FIRST_NAMES), 4, 8), "Names of the players."),
            "system": opt(
                Choice(
                    round_robin="everybody against everybody",
                    knockout="with losers dropping out",
                    swiss="by the Swiss system",
                ),
                "round_robin: everybody meets everybody; knockout: losers drop out.",
                default="round_robin",
            ),
            "rounds": opt(Int(3, 7), "Number of rounds, where the system leaves a choice."),
        },
        say=[
            "Draw up a tournament for {players}<, {system}><, {rounds} rounds>.",
            "We are having a chess evening with {players}. [Who plays whom|What are the "
            "pairings]<, {system}><, over {rounds} rounds>?",
            "[Pair|Set up the matches for] {players}<, {system}>.",
            "Table football tonight: {players} are coming. [Make a schedule|Work out a schedule]<, "
            "{system}><, limited to {rounds} rounds>.",
        ],
        vague=[
            "Draw up a tournament for my friends<, {system}>.",
            "Who plays whom in a tournament of {rounds} rounds?",
        ],
    ),
)
