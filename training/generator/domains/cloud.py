"""Servers, deployments, monitoring and containers."""

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
from training.generator.vocabulary import EMAIL

SERVICES = (
    "checkout-api billing-worker auth-gateway search-index image-proxy mailer report-builder "
    "session-store web-frontend order-queue geo-lookup audit-log"
).split()
ENVIRONMENTS = Choice("development", "staging", "production")
REGION = Choice(
    eu_north="Northern Europe",
    eu_central="Central Europe",
    us_east="the eastern US",
    us_west="the western US",
    ap_east="East Asia",
)
SERVICE = OneOf(*SERVICES)
SERVER = Words("{}-{}", "web db cache edge build gpu".split(), "01 02 03 07 11 14 20".split())
VERSION = Words("{}.{}.{}", "1 2 3 4".split(), "0 1 4 9 12".split(), "0 1 2 3 7".split())

DOMAIN = Domain(
    "cloud",
    Plan(
        "create_server",
        "Start a new virtual server.",
        {
            "name": need(SERVER, "Name of the server, such as web-01."),
            "cpus": need(Int(2, 64, 2), "Number of processor cores."),
            "memory_gb": need(Int(4, 256, 4), "Memory in gigabytes."),
            "region": need(REGION, "Where it runs."),
            "image": opt(
                Choice(
                    debian_12="Debian 12",
                    ubuntu_24="Ubuntu 24",
                    rocky_9="Rocky 9",
                    alpine_3="Alpine 3",
                ),
                "Operating system.",
                default="debian_12",
            ),
            "public_ip": opt(
                Flag("with a public address", "without a public address"),
                "Whether it can be reached from the internet.",
                default=False,
            ),
        },
        say=[
            "[Create|Start] a server {name} in {region} with {cpus} cores and {memory_gb} GB of "
            "memory"
            "<, running {image}><, {public_ip}>.",
            "I need a new machine called {name}: {memory_gb} GB RAM, {cpus} cores"
            "<, {image}>, placed in {region}<, {public_ip}>.",
            "Our old box gave up this morning. Can you bring up {name} in {region}, "
            "{cpus} cores, {memory_gb} gigabytes of memory<, {image} on it><, {public_ip}>?",
            "New VM {name}, {cpus} CPUs, {memory_gb} GB, {region}<, {image}>.",
        ],
        vague=[
            "[Create|Start] a server with {cpus} cores<, running {image}>.",
            "I need a new machine in {region}<, {public_ip}>.",
        ],
    ),
    Plan(
        "deploy_service",
        "Roll a version of a service out to an environment.",
        {
            "service": need(SERVICE, "Name of the service."),
            "version": need(VERSION, "Version, such as 2.4.1."),
            "environment": need(ENVIRONMENTS, "Where it is rolled out."),
            "strategy": opt(
                Choice(
                    rolling="step by step",
                    blue_green="blue-green",
                    canary="as a canary",
                    recreate="by stopping everything first",
                ),
                "How instances are replaced.",
                default="rolling",
            ),
            "run_migrations": opt(
                Flag("run the migrations", "skip the migrations"),
                "Whether database migrations are run before.",
                default=True,
            ),
        },
        say=[
            "[Deploy|Roll out] version {version} of {service} to {environment}<, {strategy}>"
            "<, and {run_migrations}>.",
            "Please bring {service} {version} to {environment}<; do it {strategy}>"
            "<; {run_migrations}>.",
            "QA has signed off on {service} {version}. [Ship|Deploy] it to {environment}"
            "<, {strategy}><, and {run_migrations}>.",
            "Our {environment} environment should run {service} in version {version} from now on, "
            "so please deploy it<; {run_migrations}>.",
        ],
        vague=[
            "[Deploy|Roll out] {service} to {environment}<, {strategy}>.",
            "Please ship version {version}<; {run_migrations}>.",
        ],
        like=["rollback_service"],
    ),
    Plan(
        "rollback_service",
        "Return a service to the version that ran before.",
        {
            "service": need(SERVICE, "Name of the service."),
            "environment": need(ENVIRONMENTS, "Environment that is rolled back."),
            "reason": need(
                Quoted(
                    *"error rate too high; wrong config; memory leak; failed migration; "
                    "customer complaints; broken login; slow queries; missing images".split("; ")
                ),
                "Reason kept in the log.",
            ),
        },
        say=[
            "[Roll back|Revert] {service} in {environment}, reason {reason}.",
            "The service {service} [must|has to] go back in {environment}. "
            "Log {reason} as the reason.",
            "The last release was a mistake. Undo it for {service} in {environment}"
            ", and give {reason} as the reason.",
            "Rollback: {service}, {environment}, because of {reason}.",
        ],
        vague=[
            "[Roll back|Revert] {service}.",
            "The last release in {environment} was a mistake, undo it.",
        ],
        like=["deploy_service"],
    ),
    Plan(
        "scale_service",
        "Set how many instances of a service run.",
        {
            "service": need(SERVICE, "Name of the service."),
            "instances": need(Int(2, 40), "Number of instances."),
            "max_instances": opt(
                Int(41, 90), "Upper bound for automatic scaling; none happens by default."
            ),
            "cpu_threshold": opt(
                Percent(40, 90, fraction=True, digits=0),
                "Load that starts more instances, as a fraction, 0.7 for 70 percent.",
            ),
        },
        say=[
            "[Scale|Set] {service} to {instances} instances<, growing up to {max_instances}>"
            "<, with more started at {cpu_threshold} load>.",
            "Run {instances} copies of {service}<, at most {max_instances}>"
            "<; add some above {cpu_threshold} CPU>.",
            "Tomorrow the sale starts and {service} won't cope. [Give it|Get it to] {instances} "
            "instances<, {max_instances} at the peak>.",
            "Instances of {service}: {instances}<, ceiling {max_instances}>"
            "<, CPU threshold {cpu_threshold}>.",
        ],
        vague=[
            "Scale {service} up<, with more started at {cpu_threshold} load>.",
            "Run {instances} instances, please.",
        ],
    ),
    Plan(
        "query_metrics",
        "Read a measured value of a server over the past hours.",
        {
            "server": need(SERVER, "Name of the server, such as db-02."),
            "metric": need(
                Choice(
                    cpu="CPU load",
                    memory="memory use",
                    disk="disk use",
                    network_in="incoming traffic",
                    network_out="outgoing traffic",
                    latency="latency",
                ),
                "What was measured.",
            ),
            "hours": need(Int(2, 72), "How many hours back."),
        },
        say=[
            "[Show|Get] the {metric} of {server} for the last {hours} hours.",
            "How was the {metric} on {server} over the past {hours} hours?",
            "Users complained about {server} again. What {metric} did it have in the last "
            "{hours} hours?",
            "I need {hours} hours of {metric} on {server}, please.",
        ],
        vague=[
            "[Show|Get] the {metric} for the last {hours} hours.",
            "How has {server} been doing?",
        ],
        like=["tail_logs"],
    ),
    Plan(
        "tail_logs",
        "Fetch the last log lines of a service.",
        {
            "service": need(SERVICE, "Name of the service."),
            "lines": opt(Int(20, 500, 10), "Number of lines.", default=100),
            "min_level": opt(
                Choice(DEBUG="debug", INFO="info", WARNING="warning", ERROR="error"),
                "Lowest level that is returned.",
                default="INFO",
            ),
            "contains": opt(
                Quoted(
                    *"timeout; refused; retry; user 4410; NullPointer; 502; out of memory; "
                    "deadlock".split("; ")
                ),
                "Only lines with this text.",
            ),
        },
        say=[
            "[Show|Get] me the logs of {service}<, the last {lines} lines>"
            "<, level {min_level} and up><, with {contains} in them>.",
            "What has {service} been logging?< I want {lines} lines.>< Nothing below {min_level}.>",
            "Something smells in {service}. [Pull|Fetch] the latest log lines"
            "<, {lines} of them><, containing {contains}><, {min_level} level or worse>.",
            "Logs {service}<, {lines} lines><, minimum level {min_level}><, grep {contains}>.",
        ],
        vague=[
            "[Show|Get] me the logs<, level {min_level} and up>.",
            "Fetch log lines<, {lines} of them><, with {contains} in them>.",
        ],
        like=["query_metrics"],
    ),
    Plan(
        "create_alert",
        "Notify someone when a measured value of a service crosses a limit.",
        {
            "service": need(SERVICE, "Name of the service."),
            "condition": need(
                Record(
                    "{metric} {operator} {threshold}",
                    {
                        "metric": Choice(
                            error_rate="error rate in percent",
                            response_ms="response time in milliseconds",
                            queue_length="queue length",
                        ),
                        "operator": Choice(gt="above", lt="below"),
                        "threshold": Int(5, 95, 5),
                    },
                    {
                        "metric": "What is measured.",
                        "operator": "gt for above, lt for below.",
                        "threshold": "The limit, in the unit of what is measured.",
                    },
                ),
                "When to notify.",
            ),
            "email": need(EMAIL, "Address that is notified."),
            "for_minutes": opt(Int(2, 30), "How many minutes it must last before.", default=1),
        },
        say=[
            "[Alert|Notify] {email} when {service} has this: {condition}<, for {for_minutes} "
            "minutes>.",
            "I want an alert on {service}. Condition: {condition}<, lasting {for_minutes} "
            "minutes>. "
            "It goes to {email}.",
            "Last night nobody noticed that {service} was down. From now on mail {email} on this "
            "condition: {condition}<, sustained over {for_minutes} minutes>.",
            "Alarm for {service}: {condition}<, {for_minutes} minutes long>, mail to {email}.",
        ],
        vague=[
            "[Alert|Notify] {email} when {service} is in trouble.",
            "I want an alert on {condition}.",
        ],
    ),
    Plan(
        "run_container",
        "Start a container from an image.",
        {
            "image": need(
                Words(
                    "{}:{}",
                    "nginx redis postgres python grafana node rabbitmq".split(),
                    "latest alpine 3.12 7 16 slim".split(),
                ),
                "Image with its tag, such as redis:7.",
            ),
            "name": need(
                Words(
                    "{}-{}",
                    "tmp demo local test ci".split(),
                    "cache web db queue job panel".split(),
                ),
                "Name of the container.",
            ),
            "ports": opt(
                ListOf(
                    Record(
                        "{host} to {container}",
                        {"host": Int(8000, 9500), "container": Int(3000, 6500, 20)},
                        {"host": "Port on the host.", "container": "Port inside."},
                    ),
                    1,
                    2,
                ),
                "Ports that are passed through.",
            ),
            "memory_mb": opt(Int(128, 2048, 64), "Most memory in megabytes."),
            "detached": opt(
                Flag("in the background", "in the foreground"),
                "Whether the command returns at once.",
                default=True,
            ),
        },
        say=[
            "[Run|Start] the image {image} as the container {name}<, {detached}>"
            "<, mapping port {ports}><, limited to {memory_mb} MB>.",
            "I'd like a container called {name} from {image}< with no more than {memory_mb} MB of "
            "memory><, running {detached}>.",
            "To try something out I need {image} up. Name the container {name}"
            "<, forward port {ports}><, and keep it {detached}>.",
            "Container {name}: image {image}<, ports {ports}><, memory {memory_mb} MB>.",
        ],
        vague=[
            "[Run|Start] a container called {name}<, {detached}>.",
            "I'd like to run the image {image}.",
        ],
    ),
    Plan(
        "set_secret",
        "Store a secret value that services read at start.",
        {
            "key": need(
                Words(
                    "{}_{}",
                    "SMTP STRIPE GITHUB OAUTH MAPS VAULT SENTRY".split(),
                    "TOKEN KEY PASSWORD SECRET".split(),
                ),
                "Name of the secret, in capitals.",
            ),
            "value": need(Code("%##%-@#@#-%%#%"), "The secret value."),
            "environment": need(ENVIRONMENTS, "Environment it is for."),
        },
        say=[
            "[Set|Store] the secret {key} to {value} in {environment}.",
            "In {environment} we need a secret {key} with the value {value}.",
            "The provider rotated our key overnight. Please [save|put] {value} as {key} for "
            "{environment}.",
            "Secret: {key}={value}, {environment}.",
        ],
        vague=[
            "[Set|Store] the secret {key} in {environment}.",
            "We need a new secret in {environment}.",
        ],
    ),
    Plan(
        "estimate_hosting_cost",
        "Estimate what servers cost in a month.",
        {
            "servers": need(Int(2, 60), "Number of servers."),
            "hours_per_day": need(Num(4, 24, 1), "Hours that each runs a day."),
            "price_per_hour": need(Num(0.02, 3.5, 2), "Price in dollars for a server and hour."),
            "discount": opt(
                Percent(5, 40, fraction=True, digits=0),
                "Discount as a fraction, 0.2 for 20 percent.",
                default=0,
            ),
        },
        say=[
            "What do {servers} servers cost a month at ${price_per_hour} an hour, "
            "{hours_per_day} hours a day<, with {discount} off>?",
            "[Estimate|Work out] the monthly hosting bill: {servers} servers, {hours_per_day} "
            "hours "
            "per day, ${price_per_hour} per hour<, discount {discount}>.",
            "Finance wants a number. We run {servers} servers for {hours_per_day} hours a day and "
            "pay ${price_per_hour} per server and hour<, less {discount}>; what is that "
            "a month?",
            "Monthly cost for {hours_per_day} h/day on {servers} servers, "
            "${price_per_hour} per hour<, {discount} discount>?",
        ],
        vague=[
            "What do {servers} servers cost a month<, with {discount} off>?",
            "[Estimate|Work out] our monthly hosting bill.",
        ],
    ),
)
