"""Image, audio and video processing."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Flag,
    Int,
    ListOf,
    Num,
    OneOf,
    Percent,
    Quoted,
    Record,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt

STEMS = "sunset harbor portrait dog_park birthday alley glacier market rooftop garden".split()
PHOTO = Words("{}{}.{}", STEMS, ["", "_2", "_final", "-007"], "jpg png tiff webp".split())
SOUND = Words(
    "{}-{}.{}",
    "interview podcast demo lecture rain choir".split(),
    "01 02 take3 raw mix".split(),
    "wav flac m4a".split(),
)
CLIP = Words(
    "{}_{}.{}",
    "wedding drone tutorial goal ski street promo".split(),
    "a b cut1 long 4k".split(),
    "mp4 mov mkv".split(),
)
COLORS = "navy crimson ivory teal mustard black white coral olive lilac".split()
SUBJECTS = (
    "a lighthouse in fog; a fox reading a map; an empty diner at night; a paper boat on a river; "
    "two robots playing chess; a tram in the snow; a desk full of plants; a whale over a city; "
    "an old astronaut; a bakery at sunrise; a violin made of glass; a mountain hut"
).split("; ")

DOMAIN = Domain(
    "images",
    Plan(
        "resize_image",
        "Change the size of a picture.",
        {
            "file": need(PHOTO, "Name of the picture file."),
            "width": need(Int(200, 4000, 20), "New width in pixels."),
            "height": opt(
                Int(200, 3000, 20), "New height in pixels; follows the width if left out."
            ),
            "filter": opt(
                Choice(nearest="nearest neighbour", bilinear="bilinear", lanczos="Lanczos"),
                "How new pixels are worked out.",
                default="lanczos",
            ),
        },
        say=[
            "[Resize|Scale] {file} to a width of {width} pixels< and a height of {height} pixels>"
            "<, with the {filter} filter>.",
            "I need {file} at {width} pixels wide<, {height} pixels high><, {filter} filtering>.",
            "The web form rejects my photo {file}. Can you make it {width} pixels wide"
            "< by {height} pixels high>?",
            "New size for {file}: width {width} px<, height {height} px><, filter {filter}>.",
        ],
        vague=[
            "[Resize|Scale] {file}<, with the {filter} filter>.",
            "I need my photo at {width} pixels wide.",
        ],
        like=["crop_image"],
    ),
    Plan(
        "crop_image",
        "Cut a rectangle out of a picture.",
        {
            "file": need(PHOTO, "Name of the picture file."),
            "box": need(
                Record(
                    "{width} by {height} pixels starting at x {x}, y {y}",
                    {
                        "x": Int(13, 600),
                        "y": Int(13, 600),
                        "width": Int(100, 900, 10),
                        "height": Int(100, 900, 10),
                    },
                    {
                        "x": "Left edge in pixels.",
                        "y": "Upper edge in pixels.",
                        "width": "Width in pixels.",
                        "height": "Height in pixels.",
                    },
                ),
                "The rectangle that is kept.",
            ),
        },
        say=[
            "[Crop|Cut] {file} to a box of {box}.",
            "From {file} I only want {box}.",
            "There's a stranger's thumb in {file}. Please keep nothing but {box}.",
            "Crop: {file}, {box}.",
        ],
        vague=["[Crop|Cut] {file} for me.", "I only want {box} of a picture."],
        like=["resize_image"],
    ),
    Plan(
        "generate_picture",
        "Draw a new picture from a description.",
        {
            "prompt": need(OneOf(*SUBJECTS), "What the picture shows."),
            "style": opt(
                Choice(
                    "watercolor",
                    "photo",
                    "sketch",
                    pixel_art="pixel art",
                    oil="oil painting",
                    comic="comic",
                ),
                "Style of the picture.",
                default="photo",
            ),
            "aspect_ratio": opt(
                OneOf("1:1", "4:3", "16:9", "3:2", "9:16"),
                "Width to height, such as 16:9.",
                default="1:1",
            ),
            "count": opt(Int(2, 6), "How many variants are drawn.", default=1),
            "seed": opt(Int(100, 9999), "Seed, to draw the same picture again."),
        },
        say=[
            "[Draw|Paint|Generate] a picture of {prompt}<, {style} style><, ratio {aspect_ratio}>"
            "<, {count} variants>.",
            "I'd love to see {prompt} as an image<, done in {style} style><, with the seed "
            "{seed}>.",
            "For the cover of our zine we need {prompt}. Could you create an image of that"
            "< in {style} style>< in {aspect_ratio}>?",
            "Image: {prompt}<; style {style}><; {aspect_ratio}><; {count} versions><; seed "
            "{seed}>.",
        ],
        vague=[
            "[Draw|Paint] me a picture<, {style} style>.",
            "We need {count} new images for the cover of our zine.",
        ],
    ),
    Plan(
        "add_watermark",
        "Print a line of text over pictures.",
        {
            "files": need(ListOf(PHOTO, 1, 3), "Names of the picture files."),
            "text": need(
                Quoted(
                    *"Draft; Studio Lind; Do not copy; Sample; Harbor Press; Proof 2; "
                    "Nora Photos; Confidential".split("; ")
                ),
                "The text.",
            ),
            "position": opt(
                Choice(
                    top_left="at the top left",
                    top_right="at the top right",
                    bottom_left="at the bottom left",
                    bottom_right="at the bottom right",
                    center="in the centre",
                ),
                "Where it stands.",
                default="bottom_right",
            ),
            "opacity": opt(
                Percent(10, 90, fraction=True, digits=0),
                "Opacity from 0 to 1, 0.4 for 40 percent.",
                default=0.5,
            ),
        },
        say=[
            "[Put|Print] the watermark {text} on {files}<, {position}><, at {opacity} opacity>.",
            "Please mark {files} with {text} as a watermark<; place it {position}>"
            "<; opacity {opacity}>.",
            "People keep stealing my pictures! [Stamp|Write] {text} over {files} as a watermark"
            "<, {position}><, {opacity} opaque>.",
            "Watermark {text}: {files}<, {position}><, {opacity} opacity>.",
        ],
        vague=[
            "[Put|Print] a watermark on {files}<, {position}>.",
            "I want the watermark {text} on my pictures.",
        ],
    ),
    Plan(
        "read_text_in_image",
        "Read printed or written text off a picture.",
        {
            "file": need(
                Words(
                    "{}_{}.{}",
                    "receipt menu poster letter sign badge whiteboard".split(),
                    "01 02 17 a b".split(),
                    "jpg png pdf".split(),
                ),
                "Name of the scan.",
            ),
            "language": opt(
                Choice(eng="English", deu="German", spa="Spanish", fra="French", jpn="Japanese"),
                "Three-letter code of the language of the text.",
                default="eng",
            ),
            "handwritten": opt(
                Flag("the text is handwritten", "the text is printed"),
                "Whether it is handwriting.",
                default=False,
            ),
        },
        say=[
            "[Read|Extract] the text in {file}<, it is {language}><; {handwritten}>.",
            "What does it say on {file}?< The language is {language}.>",
            "I photographed something as {file} and can't copy from it. [Get|Type out] the words"
            "<, in {language}><; {handwritten}>.",
            "OCR on {file}<, {language}><, {handwritten}>.",
        ],
        vague=[
            "[Read|Extract] the text in my photo<; {handwritten}>.",
            "I have a scan and need the words in it.",
        ],
    ),
    Plan(
        "transcribe_audio",
        "Write down what is said in a recording.",
        {
            "file": need(SOUND, "Name of the recording."),
            "language": opt(
                Choice(
                    en="English",
                    es="Spanish",
                    de="German",
                    fr="French",
                    pt="Portuguese",
                    hi="Hindi",
                ),
                "Two-letter code of the language; detected by default.",
            ),
            "speakers": opt(Int(2, 6), "How many people speak."),
            "timestamps": opt(
                Flag("with time stamps", "without time stamps"),
                "Whether the time of each sentence is given.",
                default=False,
            ),
        },
        say=[
            "[Transcribe|Write down] {file}<, spoken in {language}><, {speakers} people talking>"
            "<, {timestamps}>.",
            "I need what is said in the recording {file} as text<, {timestamps}>"
            "<; there are {speakers} speakers>.",
            "My hands hurt from typing. Could you do the transcript of {file}<, {timestamps}>"
            "<, with {speakers} voices told apart>?",
            "Transcript, {file}<, {language}><, {speakers} speakers><, {timestamps}>.",
        ],
        vague=[
            "[Transcribe|Write down] a recording<, spoken in {language}>.",
            "I need an interview as text<, {timestamps}>.",
        ],
    ),
    Plan(
        "mix_tracks",
        "Mix recordings into one, each at its own volume.",
        {
            "tracks": need(
                ListOf(
                    Record(
                        "{file} at {gain_db} dB",
                        {"file": SOUND, "gain_db": Num(1, 9, 1)},
                        {"file": "Name of the recording.", "gain_db": "Gain in decibels."},
                    ),
                    2,
                    3,
                ),
                "The recordings.",
            ),
            "sample_rate": opt(
                Int(22050, 88200, 22050),
                "Samples a second of the result, in hertz.",
                default=44100,
            ),
            "fade_seconds": opt(Num(1, 8, 1), "Fade at both ends, in seconds.", default=0),
        },
        say=[
            "[Mix|Blend] {tracks}<, sample rate {sample_rate} Hz><, with {fade_seconds} seconds of "
            "fade at both ends>.",
            "I'd like one file out of {tracks}<, faded over {fade_seconds} seconds>"
            "<, at {sample_rate} hertz>.",
            "The band recorded everything apart. Please [mix|put] together {tracks}"
            "<; fade {fade_seconds} seconds>.",
            "Mixdown: {tracks}<, {sample_rate} Hz><, fade {fade_seconds} s>.",
        ],
        vague=[
            "[Mix|Blend] our recordings<, sample rate {sample_rate} Hz>.",
            "I'd like to have one file out of two tracks.",
        ],
    ),
    Plan(
        "trim_video",
        "Cut a part out of a video.",
        {
            "file": need(CLIP, "Name of the video."),
            "start_seconds": need(Int(13, 240), "Start of the part that is kept, in seconds."),
            "end_seconds": need(Int(250, 900), "End of the part that is kept, in seconds."),
        },
        say=[
            "[Trim|Shorten] {file} to the part from second {start_seconds} to second {end_seconds}"
            ".",
            "Keep only seconds {start_seconds} through {end_seconds} of the video {file}.",
            "Most of {file} is just my shoes. It gets good {start_seconds} seconds in and is over "
            "at {end_seconds} seconds; keep that part.",
            "Could you cut {file} so that it begins at {start_seconds} s and ends at "
            "{end_seconds} s?",
        ],
        vague=[
            "[Trim|Shorten] {file}.",
            "Keep only what comes after second {start_seconds} of the video.",
        ],
        like=["extract_frames"],
    ),
    Plan(
        "extract_frames",
        "Save still pictures out of a video.",
        {
            "file": need(CLIP, "Name of the video."),
            "at_seconds": need(
                ListOf(Int(13, 600), 2, 4, brackets=True), "Points of the video, in seconds."
            ),
            "format": opt(Choice("png", "jpg", "webp"), "Format of the pictures.", default="png"),
            "quality": opt(Int(50, 100, 5), "Quality from 1 to 100.", default=90),
        },
        say=[
            "[Save|Grab] the frames of {file} at the seconds {at_seconds}<, as {format}>"
            "<, quality {quality}>.",
            "I need stills from {file}, namely at {at_seconds} seconds<, in {format} format>.",
            "For a poster of our trip, please take frames out of the video {file}. The moments "
            "are, "
            "in seconds, {at_seconds}<; format {format}><; quality {quality}>.",
            "Frames of {file}, in seconds: {at_seconds}<; {format}><; quality {quality}>.",
        ],
        vague=[
            "[Save|Grab] some frames of {file}<, as {format}>.",
            "I need stills at {at_seconds} seconds.",
        ],
        like=["trim_video"],
    ),
    Plan(
        "convert_video",
        "Convert a video to another format.",
        {
            "file": need(CLIP, "Name of the video."),
            "format": need(Choice(mp4="MP4", webm="WebM", gif="GIF", avi="AVI"), "New format."),
            "bitrate_kbps": opt(Int(500, 8000, 250), "Bit rate in kilobits per second."),
            "fps": opt(Int(15, 60, 5), "Frames per second."),
            "job_tag": opt(Code("job-####"), "Tag that the job gets in the queue."),
        },
        say=[
            "[Convert|Turn] {file} into the {format} format<, {bitrate_kbps} kbps>"
            "<, {fps} frames a second><, tagged {job_tag}>.",
            "I need {file} as {format}<, with {fps} frames per second>"
            "<, at {bitrate_kbps} kilobits per second>.",
            "My mother's tablet won't play {file}. Can I have it in {format} format"
            "<, {bitrate_kbps} kbps>?",
            "Conversion {file}, {format}<, {fps} fps><, {bitrate_kbps} kbps><, tag {job_tag}>.",
        ],
        vague=[
            "[Convert|Turn] {file} into something else<, {fps} frames a second>.",
            "I need my video as {format}.",
        ],
    ),
)
