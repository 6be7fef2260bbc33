"""Mail, chat and contacts."""

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
    Record,
    Said,
    Time,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import EMAIL, FIRST_NAME, PERSON

SUBJECTS = (
    "Invoice for May; Parking on Friday; New office hours; Minutes of the call; Lost umbrella; "
    "Contract draft; Travel plans; Server downtime; Thank you; Lunch order; Party on Saturday; "
    "Change of address; Key handover"
).split("; ")
BODIES = (
    "Please find the numbers attached.; The lift is out of order.; Can we move it to noon?; "
    "I will be ten minutes late.; Your parcel is at my desk.; Thanks for yesterday!; "
    "The client said yes.; See you at the gate.; Everything went well.; Call me when you can.; "
    "The heating is fixed.; We won!; Dinner is at seven.; I left the keys with Nora."
).split("; ")
CHANNELS = (
    "general; random; design-review; on-call; lunch; field-team; support-eu; release-train; "
    "book-swap; marketing; incidents; data-guild"
).split("; ")
FOLDERS = "Archive Receipts Travel Family Projects Newsletters Clients Taxes".split()
PHONE = Code("+47 ### ## ###")
CHANNEL = OneOf(*CHANNELS)
BODY = Quoted(*BODIES)
MAIL_ID = Code("MSG-#####")

DOMAIN = Domain(
    "messaging",
    Plan(
        "compose_mail",
        "Write and send an e-mail.",
        {
            "to": need(ListOf(EMAIL, 1, 2), "Addresses of the recipients."),
            "subject": need(Quoted(*SUBJECTS), "Subject line."),
            "body": need(BODY, "Text of the mail."),
            "cc": opt(ListOf(EMAIL, 1, 2), "Addresses that get a copy."),
            "importance": opt(
                Choice("low", "normal", "high"), "Importance shown to them.", default="normal"
            ),
        },
        say=[
            "[Send|Write] an e-mail to {to} with the subject {subject} saying {body}"
            "<, copy to {cc}><, {importance} importance>.",
            "I'd like to mail {to}<, with {cc} in copy>. The subject is {subject} and the text "
            "should read {body}<; importance {importance}>.",
            "I promised to write before noon. [Please send|Send] {body} by e-mail to {to}, subject "
            "{subject}<, and put {cc} in cc>.",
            "Mail: to {to}<; cc {cc}>; subject {subject}; text {body}<; {importance} importance>.",
        ],
        vague=[
            "[Send|Write] an e-mail to {to}.",
            "Mail somebody for me, with the subject {subject}.",
        ],
        like=["forward_mail"],
    ),
    Plan(
        "forward_mail",
        "Pass a mail that was received on to others.",
        {
            "message_id": need(MAIL_ID, "Identifier of the mail, such as MSG-20418."),
            "recipients": need(ListOf(EMAIL, 1, 3), "Addresses that get it."),
            "comment": opt(BODY, "Words put above the forwarded text."),
            "drop_attachments": opt(
                Flag("leave the attachments out", "keep the attachments"),
                "Whether attachments are left out.",
                default=False,
            ),
        },
        say=[
            "Pass {message_id} on to {recipients}<, with {comment} at the top>"
            "<, and {drop_attachments}>.",
            "Forward mail {message_id} to {recipients}<; {drop_attachments}>"
            "<; my comment: {comment}>.",
            "I think {recipients} should see the mail {message_id}. Can you [forward it|send it on]"
            "<, and {drop_attachments}>?",
            "The answer is hidden in {message_id} and not everyone has it. Forward it to "
            "{recipients}<, adding {comment}>, please.",
        ],
        vague=[
            "Forward mail {message_id}<; {drop_attachments}>.",
            "Please forward a mail to {recipients}.",
        ],
        like=["compose_mail"],
    ),
    Plan(
        "search_inbox",
        "Search the mails that were received.",
        {
            "keywords": need(
                Quoted(
                    *"boarding pass; refund; rental contract; password reset; tax form; "
                    "meeting notes; warranty; wedding; order 4471; visa; tender; roof repair".split(
                        "; "
                    )
                ),
                "Words that the mail contains.",
            ),
            "sender": opt(EMAIL, "Only mails from this address."),
            "since": opt(Date((2022, 2025)), "Only mails from this day on, as YYYY-MM-DD."),
            "unread_only": opt(
                Flag("unread ones only", "read ones too"),
                "Whether mails that were read are left out.",
                default=False,
            ),
            "limit": opt(Int(5, 50, 5), "Most mails returned.", default=20),
        },
        say=[
            "[Search|Look through] my inbox for {keywords}<, sent by {sender}>"
            "<, received since {since}><, {unread_only}><, at most {limit} results>.",
            "Which mails in my inbox mention {keywords}?< I want those from {sender}.>"
            "< List {unread_only}.>",
            "I can't find a thing in this mess. [Find|Get] me the mails I received that contain "
            "{keywords}<, from {since} on><, {limit} at the most>.",
            "Did I ever get a mail about {keywords}< from {sender}>< since {since}>?",
        ],
        vague=[
            "[Search|Look through] my inbox<, {unread_only}>.",
            "I'm looking for a certain mail in my inbox<, from {since} on>.",
        ],
    ),
    Plan(
        "file_mails",
        "Move mails into a mail folder.",
        {
            "message_ids": need(ListOf(MAIL_ID, 1, 3), "Identifiers, such as MSG-20418."),
            "folder": need(Choice(*FOLDERS), "Name of the mail folder."),
        },
        say=[
            "[Move|File] {message_ids} into the mail folder {folder}.",
            "Put {message_ids} away under {folder} in my mail.",
            "My inbox is overflowing! {message_ids} can [move|go] to the {folder} folder.",
            "Could {message_ids} be moved to my {folder} mail folder?",
        ],
        vague=[
            "[Move|File] {message_ids}, please.",
            "File some of my mails under {folder}.",
        ],
    ),
    Plan(
        "set_auto_reply",
        "Turn on an automatic answer to incoming mail for a period.",
        {
            "text": need(
                Quoted(
                    *"I am on leave.; Back soon, be patient.; For urgent matters call Ines.; "
                    "I read mail on Mondays only.; I am at a trade fair.; Our office is moving.; "
                    "I am on parental leave.".split("; ")
                ),
                "Text of the answer.",
            ),
            "first_day": need(Date((2025, 2025)), "First day, as YYYY-MM-DD."),
            "last_day": need(Date((2026, 2026)), "Last day, as YYYY-MM-DD."),
            "internal_only": opt(
                Flag("only answer colleagues", "answer people outside the company too"),
                "Whether only senders of the same company get it.",
                default=False,
            ),
        },
        say=[
            "[Set up|Turn on] an automatic reply from {first_day} to {last_day}: {text}"
            "<. Please {internal_only}>.",
            "Whoever mails me between {first_day} and {last_day} should get the answer {text}"
            "<; {internal_only}>.",
            "My holiday is finally approved. [Start|Begin] the out-of-office on {first_day}, end "
            "it on {last_day}, and let it say {text}<; {internal_only}>.",
            "Auto-reply {text}, {first_day} until {last_day}<, and {internal_only}>.",
        ],
        vague=[
            "[Set up|Turn on] an automatic reply that says {text}.",
            "I'm away from {first_day} on, set up an automatic reply.",
        ],
    ),
    Plan(
        "post_to_channel",
        "Post a message in a team's chat channel.",
        {
            "channel": need(CHANNEL, "Name of the channel, without the # sign."),
            "text": need(BODY, "The message."),
            "mention": opt(ListOf(FIRST_NAME, 1, 2), "First names of people who are notified."),
            "send_at": opt(Time(), "When to post, HH:MM in 24 hours; at once by default."),
        },
        say=[
            "[Post|Write] {text} in the channel {channel}<, mentioning {mention}>< at {send_at}>.",
            "Tell everyone in the {channel} channel {text}<, and tag {mention}>"
            "<; it should go out at {send_at}>.",
            "The whole team is waiting for news. [Put|Post] the message {text} into {channel}, the "
            "chat channel<, and notify {mention}><, not now but at {send_at}>.",
            "Channel {channel}: {text}<, ping {mention}><, at {send_at}>.",
        ],
        vague=[
            "[Post|Write] something in the channel {channel}.",
            "Tell the team something in the chat<, and tag {mention}>.",
        ],
        like=["send_text_message"],
    ),
    Plan(
        "send_text_message",
        "Send an SMS to a phone number.",
        {
            "phone": need(PHONE, "Phone number with country code, such as +47 913 22 410."),
            "text": need(BODY, "The message, at most 160 characters."),
        },
        say=[
            "[Text|Message] {text} to the number {phone}.",
            "Send a text message to {phone} that says {text}.",
            "I have no signal in here. Can you send {phone} an SMS with the words {text}?",
            "SMS to {phone}, text {text}.",
        ],
        vague=["[Text|Message] {text} to my brother.", "Send a text message to {phone}."],
        like=["post_to_channel"],
    ),
    Plan(
        "add_contact",
        "Save a person in the address book.",
        {
            "name": need(PERSON, "Full name."),
            "phones": need(
                ListOf(
                    Record(
                        "{number} ({label})",
                        {"label": Choice("home", "work", "mobile"), "number": PHONE},
                        {"label": "Kind of line.", "number": "Number with country code."},
                    ),
                    1,
                    2,
                ),
                "Phone numbers, each with its label.",
            ),
            "email": opt(EMAIL, "E-mail address."),
            "birthday": opt(Date((1960, 2005)), "Date of birth, as YYYY-MM-DD."),
            "favourite": opt(
                Flag("make it a favourite", "it needn't be a favourite"),
                "Whether the contact is shown on top.",
                default=False,
            ),
        },
        say=[
            "[Save|Add] {name} as a contact: {phones}<, e-mail {email}><, born {birthday}>"
            "<, and {favourite}>.",
            "Put {name} in my address book with {phones}<; the mail address is {email}>"
            "<; {favourite}>.",
            "I met {name} at the fair and got {phones} [off the card|from the business card]"
            "<, plus the address {email}>. Please store that as a new contact<, and {favourite}>.",
            "New contact: {name}, {phones}<, {email}><, birthday {birthday}>.",
        ],
        vague=[
            "[Save|Add] {name} as a contact.",
            "Put somebody new in my address book<, {email}>.",
        ],
        like=["find_contact"],
    ),
    Plan(
        "find_contact",
        "Look a person up in the address book.",
        {
            "name": need(PERSON, "Full name, or a part of it."),
            "field": opt(
                Choice(
                    phone="the phone number",
                    email="the e-mail address",
                    address="the postal address",
                    birthday="the birthday",
                ),
                "The one thing to return; the whole entry by default.",
            ),
        },
        say=[
            "[Look up|Find] {name} in my contacts<; I only need {field}>.",
            "Do I have an entry for {name} in the address book?< I'm after {field}.>",
            "I have to get in touch with {name} and my phone is dead. What do my contacts say"
            "<, just {field}>?",
            "Contact card of {name}<, {field} only>, please.",
        ],
        vague=[
            "[Look up|Find] somebody in my contacts<; I only need {field}>.",
            "What do my contacts say<, just {field}>?",
        ],
        like=["add_contact"],
    ),
    Plan(
        "create_group_chat",
        "Open a chat for several people.",
        {
            "name": need(
                Quoted(
                    *"Ski trip; Flat 12; Choir altos; Grandma's 80th; Sunday football; Carpool; "
                    "Garden crew; Night shift; Class of 2009; Moving day".split("; ")
                ),
                "Name of the chat.",
            ),
            "members": need(ListOf(PERSON, 2, 4), "Full names of the members."),
            "history_visible": opt(
                Flag("new members may see old messages", "hide old messages from new members"),
                "Whether those who join later see what was written before.",
                default=True,
            ),
            "expires_in_days": opt(
                Said(Int(2, 30), lambda words: f"{words} days"),
                "After how many days the chat is closed; never by default.",
            ),
        },
        say=[
            "[Open|Create] a group chat {name} with {members}<; {history_visible}>"
            "<; close it after {expires_in_days}>.",
            "I want to chat with {members} together. Call the group {name}"
            "<, and let it end after {expires_in_days}><; {history_visible}>.",
            "Planning over single messages is a nightmare. [Put|Get] {members} into one group chat "
            "named {name}<, to be closed after {expires_in_days}>.",
            "Group {name}: {members}<, {history_visible}><, open for {expires_in_days}>.",
        ],
        vague=[
            "[Open|Create] a group chat {name}.",
            "I want a group chat<, to be closed after {expires_in_days}>.",
        ],
    ),
    Plan(
        "mute_conversation",
        "Silence the notifications of a chat channel for some hours.",
        {
            "channel": need(CHANNEL, "Name of the channel."),
            "hours": need(Int(2, 72), "For how many hours."),
        },
        say=[
            "[Mute|Silence] the {channel} channel for {hours} hours.",
            "No more pings from {channel} for the next {hours} hours, please.",
            "My phone buzzes every ten seconds because of {channel}. Can I have {hours} hours of "
            "peace from that channel?",
            "Quiet, {hours} hours, channel {channel}.",
        ],
        vague=[
            "[Mute|Silence] a channel for {hours} hours.",
            "No more pings from {channel}, please.",
        ],
    ),
)
