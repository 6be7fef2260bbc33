"""Folders, backups, archives and version control."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Date,
    Flag,
    Int,
    ListOf,
    OneOf,
    Quoted,
    Time,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import FIRST_NAMES, PERSON

ROOTS = "/home/ana /srv/share /data /var/www /mnt/usb ~/Documents ~/Projects /opt/app".split()
SUBS = "reports photos invoices drafts thesis logs exports music notes models site".split()
STEMS = (
    "budget summary readme contract agenda inventory poster sketch minutes schema results letter"
).split()
ENDS = "pdf txt csv docx png md xlsx json".split()
REPOS = "atlas harbor-api webshop pixelkit weather-bot ledger docs-site compiler".split()
BRANCHES = "main develop feature/login fix/leak release/2.1 spike/cache feature/dark-mode".split()
COMMITS = (
    "Fix the date parser; Add a dark theme; Remove dead code; Speed up the index; "
    "Handle empty input; Rename the settings; Drop Python 3.8; Explain the retry rule; "
    "Guard against null names; Bump the schema"
).split("; ")
FOLDER = Words("{}/{}", ROOTS, SUBS)
FILE = Words("{}/{}.{}", ROOTS, STEMS, ENDS)
NAME = Words("{}.{}", STEMS, ENDS)
REPO = OneOf(*REPOS)

DOMAIN = Domain(
    "files",
    Plan(
        "list_folder",
        "List what lies in a folder.",
        {
            "path": need(FOLDER, "Path of the folder."),
        },
        say=[
            "[List|Show] the contents of {path}.",
            "What is in the folder {path}?",
            "Someone emptied half the disk over the weekend. What is [left|still there] in {path}?",
            "Directory listing for {path}.",
        ],
        vague=[
            "[List|Show] the contents of the folder.",
            "What is in my folder?",
        ],
        like=["find_files_by_pattern"],
    ),
    Plan(
        "find_files_by_pattern",
        "Find files below a folder by the pattern of their names, their size and their age.",
        {
            "folder": need(FOLDER, "Folder to search, with all folders below it."),
            "pattern": need(
                Words("*{}.{}", ["", "_old", "-draft", "_v2", "_final"], ENDS),
                "Pattern of the name with wildcards, such as *.pdf.",
            ),
            "min_size_mb": opt(Int(5, 500, 5), "Smallest size in megabytes."),
            "modified_after": opt(Date((2018, 2025)), "Changed later than this day, YYYY-MM-DD."),
        },
        say=[
            "[Find|Search for] files matching {pattern} under {folder}"
            "<, at least {min_size_mb} MB in size><, changed after {modified_after}>.",
            "Which files below {folder} fit the pattern {pattern}< and are {min_size_mb} megabytes "
            "or bigger>?",
            "The disk of {folder} is full and I suspect files like {pattern}. Find them"
            "<, only those modified after {modified_after}>.",
            "Search {folder} for {pattern}<, {min_size_mb} MB or more>"
            "<, touched after {modified_after}>.",
        ],
        vague=[
            "[Find|Search for] files matching {pattern}.",
            "Search {folder} for some files<, {min_size_mb} MB or more>.",
        ],
        like=["list_folder"],
    ),
    Plan(
        "move_file",
        "Move a file to another folder, under the same name or a new one.",
        {
            "source": need(FILE, "Path of the file."),
            "target_folder": need(FOLDER, "Folder it goes to."),
            "new_name": opt(NAME, "New name; the old one by default."),
            "overwrite": opt(
                Flag("overwrite what is there", "do not overwrite anything"),
                "Whether a file of the same name is replaced.",
                default=False,
            ),
        },
        say=[
            "Move {source} to {target_folder}<, renamed to {new_name}><, and {overwrite}>.",
            "The file {source} [belongs|should be] in {target_folder}. Please move it"
            "<, under the name {new_name}><; {overwrite}>.",
            "I saved something in the wrong place again. Can you get {source} over into "
            "{target_folder}<, call it {new_name}>< and {overwrite}>?",
            "From {source} into the folder {target_folder}, move please<; {overwrite}>.",
        ],
        vague=["Move {source} somewhere else<; {overwrite}>.", "Move a file to {target_folder}."],
    ),
    Plan(
        "share_link",
        "Create a link through which others can open a file.",
        {
            "path": need(FILE, "Path of the file."),
            "access": need(
                Choice(view="view it", comment="comment on it", edit="edit it"),
                "What whoever has the link may do.",
            ),
            "expires": opt(Date((2025, 2027)), "Last day of the link, as YYYY-MM-DD."),
            "password": opt(Code("%%%##-%%#%"), "Password that opens the link."),
        },
        say=[
            "[Create|Make] a link to {path} so that people can {access}<, valid until {expires}>"
            "<, with the password {password}>.",
            "I'd like to share {path} by link. Those who have it may {access}"
            "<; it ends on {expires}><; the password is {password}>.",
            "My co-author has no account here. [Get|Give] me a link for {path} that lets her "
            "{access}<, protected by {password}>.",
            "Share by link: {path}, others may {access}<, until {expires}>.",
        ],
        vague=[
            "[Create|Make] a link so that people can {access}.",
            "I'd like to share {path} by link.",
        ],
    ),
    Plan(
        "make_archive",
        "Pack files into one compressed archive.",
        {
            "files": need(ListOf(NAME, 2, 4), "Names of the files."),
            "archive_name": need(
                Words(
                    "{}-{}",
                    "backup bundle handover export press".split(),
                    "2023 2024 2025 final v2 q3".split(),
                ),
                "Name of the archive, without its ending.",
            ),
            "format": need(
                Choice("zip", tar_gz="gzipped tar", seven_zip="7-Zip"), "Format of the archive."
            ),
        },
        say=[
            "[Pack|Compress] {files} into the {format} archive {archive_name}.",
            "I need {files} in one archive of the {format} format, named {archive_name}.",
            "The mail server won't take that many attachments. Put {files} together as "
            "{archive_name}, {format} please.",
            "Archive {archive_name} ({format}): {files}.",
        ],
        vague=[
            "[Pack|Compress] {files} for me.",
            "I need one archive of the {format} format.",
        ],
    ),
    Plan(
        "schedule_backup",
        "Back up a folder regularly.",
        {
            "folder": need(FOLDER, "Folder that is backed up."),
            "destination": need(
                OneOf(
                    *"nas-01; s3-vault; external disk; cold-storage; backup-eu; tape-library; "
                    "office-server; glacier-2".split("; ")
                ),
                "Name of the place it is copied to.",
            ),
            "frequency": need(
                Choice(
                    hourly="every hour",
                    daily="every day",
                    weekly="every week",
                    monthly="every month",
                ),
                "How often.",
            ),
            "at": opt(Time(), "Time of day, HH:MM in 24 hours."),
            "keep": opt(Int(3, 30), "How many copies are kept.", default=7),
            "encrypt": opt(
                Flag("encrypt it", "leave it unencrypted"),
                "Whether copies are encrypted.",
                default=True,
            ),
        },
        say=[
            "Back up {folder} to {destination} {frequency}< at {at}><, keeping {keep} copies>"
            "<, and {encrypt}>.",
            "[Set up|Plan] a backup of {folder}, {frequency}<, at {at}>, onto {destination}"
            "<; keep {keep} of them><; {encrypt}>.",
            "After that crash I want to be safe. Please copy {folder} {frequency} to {destination}"
            "<, always at {at}><, {keep} copies at most>.",
            "Backup plan: {folder}, {destination}, {frequency}<, {at}><, retain {keep}>"
            "<, {encrypt}>.",
        ],
        vague=[
            "Back up {folder}<, keeping {keep} copies>.",
            "[Set up|Plan] a backup, {frequency}<, at {at}>.",
        ],
        like=["restore_backup"],
    ),
    Plan(
        "restore_backup",
        "Bring back a folder from a backup.",
        {
            "snapshot": need(Code("SNAP-######"), "Identifier of the backup, SNAP-204187 say."),
            "target": need(FOLDER, "Folder that it is written to."),
        },
        say=[
            "[Restore|Bring back] {snapshot} into {target}.",
            "I need the state of {snapshot} back in {target}.",
            "We lost everything from last night. Could you restore the snapshot {snapshot}, "
            "writing to {target}?",
            "Recovery: {target} from {snapshot}.",
        ],
        vague=["[Restore|Bring back] {target} as it was.", "I need the state of {snapshot} back."],
        like=["schedule_backup"],
    ),
    Plan(
        "git_commit",
        "Commit changed files of a repository.",
        {
            "repo": need(REPO, "Name of the repository."),
            "message": need(Quoted(*COMMITS), "The commit message."),
            "paths": opt(ListOf(NAME, 1, 3), "Files to commit; all changed ones by default."),
            "amend": opt(
                Flag("amend the last commit with it", "as a commit of its own"),
                "Whether the last commit is changed in place of making a new one.",
                default=False,
            ),
        },
        say=[
            "[Commit|Check in] my changes in {repo} with the message {message}<, only {paths}>"
            "<, {amend}>.",
            "In the repository {repo}, please commit with {message} as the message<; take just "
            "{paths}><; {amend}>.",
            "That took all day, but it works now. Make a commit in {repo} that says {message}"
            "<, with only the files {paths}>.",
            "Commit for {repo}: {message}<, files {paths}><, {amend}>.",
        ],
        vague=["[Commit|Check in] my changes in {repo}.", "Make a commit that says {message}."],
    ),
    Plan(
        "open_pull_request",
        "Ask for a branch to be merged into another.",
        {
            "repo": need(REPO, "Name of the repository."),
            "source_branch": need(
                OneOf(*(branch for branch in BRANCHES if "/" in branch)), "Branch with the changes."
            ),
            "target_branch": need(
                OneOf("main", "develop", "staging", "trunk"), "Branch it is merged into."
            ),
            "title": need(Quoted(*COMMITS), "Title of the request."),
            "reviewers": opt(
                ListOf(OneOf(*(name.lower() for name in FIRST_NAMES)), 1, 2),
                "User names of the reviewers.",
            ),
            "draft": opt(
                Flag("open it as a draft", "it is ready for review"),
                "Whether it is not yet ready for review.",
                default=False,
            ),
        },
        say=[
            "[Open|Create] a pull request in {repo} from {source_branch} to {target_branch}, "
            "titled "
            "{title}<, reviewers {reviewers}><; {draft}>.",
            "I want {source_branch} merged into {target_branch} in {repo}. Please ask for it with "
            "the title {title}<, reviewed by {reviewers}><; {draft}>.",
            "The work in {repo} on {source_branch} is done at last. Could you open a PR against "
            "{target_branch}, title {title}<, with {reviewers} as reviewers>?",
            "PR: {repo}, {source_branch} into {target_branch}, {title}<, {draft}>.",
        ],
        vague=[
            "[Open|Create] a pull request in {repo}.",
            "I want {source_branch} merged<, reviewed by {reviewers}>.",
        ],
    ),
    Plan(
        "commit_log",
        "Show the history of a branch.",
        {
            "repo": need(REPO, "Name of the repository."),
            "branch": opt(OneOf(*BRANCHES), "Name of the branch.", default="main"),
            "author": opt(PERSON, "Only commits of this person, full name."),
            "limit": opt(Int(5, 60, 5), "Most commits shown.", default=20),
        },
        say=[
            "[Show|Print] the commit history of {repo}<, branch {branch}><, commits by {author} "
            "only>"
            "<, {limit} entries at most>.",
            "What was committed to {repo} lately<, on the branch {branch}><, by {author}>?",
            "Something broke in {repo} and nobody owns up. [Show|Give] me the log"
            "< of {branch}><, {limit} commits at most><, those of {author}>.",
            "Log of {repo}<, {branch}><, last {limit}><, author {author}>.",
        ],
        vague=[
            "[Show|Print] the commit history<, commits by {author} only>.",
            "What was committed lately<, on the branch {branch}>?",
        ],
    ),
    Plan(
        "file_checksum",
        "Compute the checksum of a file.",
        {
            "path": need(FILE, "Path of the file."),
            "algorithm": need(
                Choice(md5="MD5", sha1="SHA-1", sha256="SHA-256", sha512="SHA-512", crc32="CRC-32"),
                "Algorithm of the checksum.",
            ),
        },
        say=[
            "[Compute|Get] the {algorithm} checksum of {path}.",
            "What is the {algorithm} hash of the file {path}?",
            "I'm not sure the download of {path} is intact. Give me its {algorithm} sum.",
            "For the release notes I need a checksum, file {path}, [algorithm|type] {algorithm}.",
        ],
        vague=[
            "[Compute|Get] the {algorithm} checksum of the file.",
            "What is the hash of {path}?",
        ],
    ),
)
