"""Songs, playlists and instruments."""

from __future__ import annotations

from training.generator.kinds import Choice, Date, Flag, Int, ListOf, OneOf, Quoted, Record
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import FIRST_NAME

SONGS = (
    "Blue Monday; Heart of Glass; Harvest Moon; Redbone; Teardrop; Graceland; Clocks; Naima; "
    "Golden Brown; Wuthering Heights; Fast Car; Dancing Queen; Hallelujah; Jolene; Royals; "
    "Take Five; Running Up That Hill; Ripple; Walking on the Moon; Smooth Operator; Dreams"
).split("; ")
ARTISTS = (
    "Nina Simone; Radiohead; Miles Davis; Björk; Stevie Wonder; Fela Kuti; Joni Mitchell; "
    "Kraftwerk; Massive Attack; Dolly Parton; Buena Vista Social Club; Talking Heads; Sade; "
    "Portishead; Leonard Cohen; Daft Punk; Billie Holiday; Arcade Fire"
).split("; ")
PLAYLISTS = (
    "Morning Run; Rainy Sunday; Deep Focus; Road Trip 2024; Kitchen Disco; Late Night Jazz; "
    "Gym Mix; Dad's Birthday; Summer Porch; Slow Dances; Study Hall; Old Vinyl"
).split("; ")
INSTRUMENTS = "violin cello trumpet clarinet ukulele piano flute banjo saxophone guitar".split()
KEYS = "C major; A minor; G major; E minor; D major; F major; B flat major; C minor".split("; ")
SONG = OneOf(*SONGS)
ARTIST = OneOf(*ARTISTS)
PLAYLIST = Quoted(*PLAYLISTS)

DOMAIN = Domain(
    "music",
    Plan(
        "create_playlist",
        "Create a playlist that holds the given songs.",
        {
            "name": need(PLAYLIST, "Name of the new playlist."),
            "songs": need(ListOf(SONG, 2, 4), "Titles of the songs, in playing order."),
            "public": opt(
                Flag("make it public", "keep it private"),
                "Whether others can find the playlist.",
                default=False,
            ),
        },
        say=[
            "[Create|Make] a playlist called {name} with {songs}<, and {public}>.",
            "I'd like a new playlist with the songs {songs}. [Call|Name] it {name}<; {public}>.",
            "My cousin is coming over and the house is too quiet. Put {songs} into a fresh "
            "playlist named {name}<. Please {public}>.",
            "New playlist {name}: {songs}<. Also, {public}>.",
        ],
        vague=["[Create|Make] a playlist called {name}.", "I would like a new playlist."],
        like=["generate_mix"],
    ),
    Plan(
        "generate_mix",
        "Let the service pick songs by mood and length, with no titles given.",
        {
            "mood": need(
                Choice(*"calm happy melancholic energetic romantic".split(), dark="rather dark"),
                "Mood of the songs.",
            ),
            "minutes": need(Int(20, 180, 5), "Length of the mix in minutes."),
            "artists": opt(ListOf(ARTIST, 1, 3), "Artists that the mix should resemble."),
            "explicit": opt(
                Flag("explicit lyrics are fine", "no explicit lyrics"),
                "Whether songs with explicit lyrics may be picked.",
                default=True,
            ),
        },
        say=[
            "[Pick|Choose] {minutes} minutes of music for me, the mood should be {mood}"
            "<, in the vein of {artists}><; {explicit}>.",
            "Surprise me with a mix that is {mood} and lasts {minutes} minutes"
            "<, something like {artists}><, and {explicit}>.",
            "We have guests at eight and I can't decide what to play. Can you put a mix together "
            "for {minutes} minutes, {mood} in mood<, similar to {artists}>?",
            "Auto-mix: {mood}, {minutes} min<, close to {artists}><, {explicit}>.",
        ],
        vague=[
            "Pick some music for me, about {minutes} minutes.",
            "[Surprise me with|Put together] a mix< in the vein of {artists}>.",
        ],
    ),
    Plan(
        "get_lyrics",
        "Fetch the words of a song.",
        {
            "song": need(SONG, "Title of the song."),
            "artist": need(ARTIST, "Who performs it."),
            "translate_to": opt(
                Choice(
                    en="English",
                    es="Spanish",
                    de="German",
                    fr="French",
                    it="Italian",
                    ja="Japanese",
                    pt="Portuguese",
                ),
                "Two-letter code of the language that a translation is added in.",
            ),
        },
        say=[
            "What are the [lyrics|words] of {song} by {artist}<, translated into {translate_to}>?",
            "[Get|Find] me the lyrics to {song} in the version of {artist}"
            "<, with a translation into {translate_to}>.",
            "I keep mumbling along to {song}. I mean the recording by {artist}. [Show me|Please "
            "get me] what is actually sung<, and translate it to {translate_to}>.",
            "{artist} sings {song} and I want to read the text"
            "< together with its translation to {translate_to}>.",
        ],
        vague=[
            "What are the [lyrics|words] of {song}?",
            "Find me the lyrics of something by {artist}.",
        ],
    ),
    Plan(
        "album_tracks",
        "List the tracks of an album in their order.",
        {
            "album": need(
                OneOf(
                    *"Rumours; Hounds of Love; Kind of Blue; Remain in Light; Aja; Dummy; "
                    "Grace; Horses; Pearl; Tapestry; Homogenic; Blue Train; Harvest".split("; ")
                ),
                "Title of the album.",
            ),
            "edition": opt(
                Choice(
                    original="the original release",
                    remaster="the remaster",
                    deluxe="the deluxe edition",
                    live="the live recording",
                ),
                "Which edition.",
                default="original",
            ),
            "released": opt(Int(1958, 2015), "Year of release, to tell albums apart."),
            "durations": opt(
                Flag("with the length of each track", "without the lengths"),
                "Whether the length of each track is given.",
                default=True,
            ),
        },
        say=[
            "Which [tracks|songs] are on the album {album}< from {released}><, {durations}>?",
            "[List|Show] the tracks of the record {album}<, {edition}><, {durations}>.",
            "I found the empty sleeve of {album} at a flea market. What is on that album"
            "<, {edition} I mean>< from {released}>?",
            "Track list of {album}<, {released}><, {edition}><, {durations}>.",
        ],
        vague=[
            "Which [tracks|songs] are on the album<, {edition}>?",
            "[List|Show] the tracks of a record<, {durations}>.",
        ],
    ),
    Plan(
        "transpose_chords",
        "Move a row of chords up or down by semitones.",
        {
            "chords": need(
                ListOf(OneOf(*"C Am F G Dm Em D E Bm C7 F#m Gmaj7 Bb Asus4".split()), 3, 5),
                "Chord symbols in order, such as Am or F#m.",
            ),
            "semitones": need(Int(2, 7), "How many semitones to move."),
            "direction": need(Choice("up", "down"), "Which way to move."),
        },
        say=[
            "[Transpose|Move] the chords {chords} {direction} by {semitones} semitones.",
            "Our singer finds the song hard to reach. [Shift|Take] {chords} {semitones} semitones "
            "{direction}.",
            "What do {chords} become when I go {semitones} semitones {direction}?",
            "Chords: {chords}. [Bring|Take] them {direction} {semitones} semitones.",
        ],
        vague=[
            "[Transpose|Move] the chords {chords} {direction}.",
            "Transpose a song {direction} by {semitones} semitones.",
        ],
    ),
    Plan(
        "metronome_start",
        "Start a metronome.",
        {
            "bpm": need(Int(50, 200), "Tempo in beats per minute."),
            "beats_per_bar": opt(Int(2, 7), "Beats in a bar; the first is stressed.", default=4),
            "count_in": opt(
                Flag("with a count-in", "without a count-in"),
                "Whether a bar is counted before the start.",
                default=False,
            ),
        },
        say=[
            "[Start|Run] the metronome at {bpm} beats per minute<, {beats_per_bar} beats to the "
            "bar>"
            "<, {count_in}>.",
            "Give me a click at {bpm} bpm< with {beats_per_bar} beats in each bar><, {count_in}>.",
            "I need to practise that fugue slowly. [Set a metronome to|Tick along at] {bpm} bpm"
            "<, {count_in}>, please.",
            "Can you keep time for me at {bpm} beats per minute< in bars of {beats_per_bar} "
            "beats>?",
        ],
        vague=["[Start|Run] the metronome<, {count_in}>.", "I need a click to practise to."],
    ),
    Plan(
        "tuning_frequencies",
        "Frequencies in hertz to which the strings or notes of an instrument are tuned.",
        {
            "instrument": need(OneOf(*INSTRUMENTS), "Name of the instrument."),
            "a4_hz": opt(Int(415, 444), "Pitch of the concert A in hertz.", default=440),
        },
        say=[
            "To which frequencies do I tune the {instrument}< if the concert A is {a4_hz} Hz>?",
            "[Give|Tell] me the tuning frequencies of the {instrument}< with A at {a4_hz} hertz>.",
            "I just restrung my old {instrument} and lost my tuner. What frequencies should the "
            "notes have<, given a concert pitch of {a4_hz} Hz>?",
            "Tuning chart in hertz for the {instrument}<, A = {a4_hz} Hz>.",
        ],
        vague=[
            "Which frequencies do I tune my instrument to?",
            "[Give|Tell] me the tuning frequencies< with A at {a4_hz} hertz>.",
        ],
    ),
    Plan(
        "book_music_lesson",
        "Book a lesson with a music teacher.",
        {
            "instrument": need(OneOf(*INSTRUMENTS), "Instrument that is taught."),
            "level": need(Choice("beginner", "intermediate", "advanced"), "Level of the student."),
            "date": need(Date((2025, 2026)), "Day of the lesson, as YYYY-MM-DD."),
            "duration": need(Int(30, 90, 15), "Length in minutes."),
        },
        say=[
            "[Book|Arrange] a {duration} minute {instrument} lesson at {level} level for {date}.",
            "On {date} I would like to have a lesson on the {instrument}, {duration} minutes long. "
            "My level is {level}.",
            "My daughter has been asking for months to learn the {instrument}. Her level is "
            "{level}. [Go ahead and book|Please book] her a lesson of {duration} minutes"
            " on {date}.",
            "Lesson request: {instrument}, {level}, {date}, {duration} minutes.",
        ],
        vague=[
            "[Book|Arrange] a {instrument} lesson.",
            "I want to learn the {instrument}, please book me a lesson on {date}.",
        ],
    ),
    Plan(
        "identify_interval",
        "Name the musical interval between two notes.",
        {
            "low_note": need(
                OneOf(*"C3 D3 E3 F3 G3 A3 B3 C4 D4 E4 F#3 Bb3".split()),
                "Lower note with its octave, such as C4 or F#3.",
            ),
            "high_note": need(
                OneOf(*"F4 G4 A4 B4 C5 D5 E5 F5 G5 Ab4 C#5 Eb5".split()),
                "Higher note with its octave.",
            ),
        },
        say=[
            "What interval [is it|lies] from {low_note} up to {high_note}?",
            "[Name|Tell me] the interval between {low_note} and {high_note}.",
            "In the exercise the voice leaps from {low_note} to {high_note}. "
            "[What is that interval called|Which interval is that]?",
            "My teacher plays {low_note} and then {high_note} above it; which interval do I hear?",
        ],
        vague=[
            "Which interval is it from {low_note} up?",
            "[Name|Tell me] the interval that I just heard.",
        ],
    ),
    Plan(
        "log_practice",
        "Record practice sessions of a student in the practice diary.",
        {
            "student": need(FIRST_NAME, "First name of the student."),
            "sessions": need(
                ListOf(
                    Record(
                        "{minutes} minutes of {piece}",
                        {
                            "piece": OneOf(
                                *"scales; sight reading; arpeggios; long notes; vibrato; chords; "
                                "improvisation; etudes; double stops; tremolo".split("; ")
                            ),
                            "minutes": Int(5, 60, 5),
                        },
                        {"piece": "What was practised.", "minutes": "How long, in minutes."},
                    ),
                    1,
                    3,
                ),
                "What was practised, in order.",
            ),
            "tempo": opt(Int(50, 140, 2), "Highest tempo reached, in beats per minute."),
        },
        say=[
            "[Log|Record|Enter] the practice of {student}: {sessions}<; the top tempo was {tempo} "
            "bpm>.",
            "{student} did {sessions} today. Please [note it|put it down] in the practice diary"
            "<, with {tempo} beats per minute as the best tempo>.",
            "For the practice diary of {student}, [add|write down] {sessions}"
            "<, and a tempo of {tempo} bpm>.",
            "We had a good afternoon with {student}, who worked through {sessions}"
            "< and reached {tempo} bpm>. Can you [log|enter] that as practice?",
        ],
        vague=[
            "[Log|Record] what {student} practised.",
            "Enter a practice session in the diary< with a top tempo of {tempo} bpm>.",
        ],
    ),
    Plan(
        "chord_progression",
        "Build a chord progression in a key from a style.",
        {
            "key": need(OneOf(*KEYS), "Key, such as A minor."),
            "bars": need(Int(4, 16, 2), "Number of bars."),
            "style": opt(
                Choice("pop", "jazz", "blues", "folk", bossa_nova="bossa nova"),
                "Style of the progression.",
                default="pop",
            ),
            "tempo": opt(Int(60, 180, 4), "Tempo in beats per minute."),
        },
        say=[
            "[Write|Build|Come up with] a chord progression of {bars} bars in {key}"
            "<, {style} style><, at {tempo} bpm>.",
            "I need {bars} bars of chords in {key}< that sound like {style}>"
            "<; the tempo is {tempo} bpm>.",
            "The verse of my song is done but the bridge has no harmony yet. It is in {key}. "
            "[Suggest|Give me] chords for {bars} bars<, {style} please>.",
            "What chords could I play over {bars} bars in {key}< in the style of {style}>?",
        ],
        vague=[
            "[Write|Build] a chord progression<, {style} style>.",
            "I need {bars} bars of chords.",
        ],
    ),
)
