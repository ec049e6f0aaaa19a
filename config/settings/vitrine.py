"""Vitrine's own settings in one place, each read from the environment and given with its unit.

Django's settings (base.py) import all of this; secrets, hosts and TLS are in production.py, the database in
base.py. A value that does not parse stops the start.
"""

import os
from pathlib import Path
from typing import Any

from environs import Env, validate

from uploads_app.images.presets import OutputFormat

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent

MIB, MB = 1024 * 1024, 1_000_000
_http = validate.Regexp(r"https?://[^/\s].*\Z|\Z")
_positive = validate.Range(min=0, min_inclusive=False)

# --- Where things lie -------------------------------------------------------------------------------
# Folder of the stored pictures (uploads/<category>/…). A path.
VITRINE_MEDIA_ROOT: Path = env.path("VITRINE_MEDIA_ROOT", default=BASE_DIR / "media")
# Folder for bodies on their way in, private to the server; best on the media root's filesystem. A path.
VITRINE_SPOOL_DIR: Path = env.path("VITRINE_SPOOL_DIR", default=VITRINE_MEDIA_ROOT / "spool")

# Internal address of the media folder in nginx, with both slashes (deploy/nginx.conf): nginx then sends the
# bytes. Empty: the server sends them itself.
VITRINE_ACCEL: str = env.str("VITRINE_ACCEL", default="")

# Where new pictures are stored: local (the media folder) or s3. Those that are stored already stay where they
# are; `manage.py storage` moves them.
VITRINE_STORAGE: str = env.str("VITRINE_STORAGE", default="local", validate=validate.OneOf(["local", "s3"]))

# --- S3, or what speaks its protocol ------------------------------------------------------------------
# Bucket of the originals; empty: there is no S3. It is private, as is that of the renditions.
VITRINE_S3_BUCKET: str = env.str("VITRINE_S3_BUCKET", default="")
# Bucket of the renditions.
VITRINE_S3_RENDITIONS_BUCKET: str = env.str("VITRINE_S3_RENDITIONS_BUCKET", default=VITRINE_S3_BUCKET)
# Folder within the buckets that is Vitrine's, without slashes at its ends; empty: all of them.
VITRINE_S3_LOCATION: str = env.str("VITRINE_S3_LOCATION", default="")
# Where it is reached, as a URL; empty: at Amazon's.
VITRINE_S3_ENDPOINT: str = env.str("VITRINE_S3_ENDPOINT", default="", validate=_http)
VITRINE_S3_REGION: str = env.str("VITRINE_S3_REGION", default="us-east-1")
# Its keys; empty: boto3 looks for others (an instance's role, the AWS_… variables). Secrets.
VITRINE_S3_ACCESS_KEY: str = env.str("VITRINE_S3_ACCESS_KEY", default="")
VITRINE_S3_SECRET_KEY: str = env.str("VITRINE_S3_SECRET_KEY", default="")
# Where the bucket's name stands in addresses: path, virtual (in the host) or auto.
VITRINE_S3_ADDRESSING: str = env.str(
    "VITRINE_S3_ADDRESSING",
    default="path" if VITRINE_S3_ENDPOINT else "auto",
    validate=validate.OneOf(["path", "virtual", "auto"]),
)
# How long it may take to be reached, and to go on with an answer, in seconds.
VITRINE_S3_CONNECT_TIMEOUT: float = env.float("VITRINE_S3_CONNECT_TIMEOUT", default=2.0)
VITRINE_S3_READ_TIMEOUT: float = env.float("VITRINE_S3_READ_TIMEOUT", default=10.0)
# How long a call may take with its tries, in seconds; one wait (a connect and a read timeout) may go past it.
VITRINE_S3_CALL_TIMEOUT: float = env.float("VITRINE_S3_CALL_TIMEOUT", default=30.0)
# Whether scripts of the pages send pictures straight to S3, where new ones are stored there. Browsers must
# reach it, and the bucket must let them (docs/operating.md).
VITRINE_DIRECT_PAGES: bool = env.bool("VITRINE_DIRECT_PAGES", default=True)
# How often each call is tried in all.
VITRINE_S3_ATTEMPTS: int = env.int("VITRINE_S3_ATTEMPTS", default=3, validate=validate.Range(1, 10))
# How bytes that lie in S3 reach people: redirect (they are sent on to an address that S3 itself answers for a
# while) or through (the site sends them: nginx with VITRINE_ACCEL, else the server).
VITRINE_S3_DELIVERY: str = env.str(
    "VITRINE_S3_DELIVERY", default="redirect", validate=validate.OneOf(["redirect", "through"])
)
# How long such an address is good, in seconds.
VITRINE_S3_LINK_TTL: int = env.int("VITRINE_S3_LINK_TTL", default=300, validate=validate.Range(10, 300))
# Bucket of copies that everybody may read, object by object, and nobody list; empty: there is none.
VITRINE_S3_PUBLIC_BUCKET: str = env.str("VITRINE_S3_PUBLIC_BUCKET", default="")
# Where everybody reaches that bucket, as a URL without a slash at its end: its own address, or a CDN's. Sizes
# of public pictures are then copied there, and people sent on to there. Empty: none are.
VITRINE_S3_PUBLIC_URL: str = env.str("VITRINE_S3_PUBLIC_URL", default="", validate=_http)

# --- Redis -------------------------------------------------------------------------------------------
# Where it is: redis://name:password@host:6379/0, rediss://… by TLS, unix://path. Empty: the database serves.
# A secret, when there is a password in it.
REDIS_URL: str = env.str("REDIS_URL", default="", validate=validate.Regexp(r"(rediss?|unix)://.+\Z|\Z"))
# What the names of all its keys and channels begin with.
VITRINE_REDIS_PREFIX: str = env.str(
    "VITRINE_REDIS_PREFIX", default="vitrine", validate=validate.Length(min=1)
)
# How long it may take to be reached, and to answer, in seconds.
VITRINE_REDIS_TIMEOUT: float = env.float("VITRINE_REDIS_TIMEOUT", default=0.25)
# How long it is left alone after it failed to, in seconds.
VITRINE_REDIS_REST: float = env.float("VITRINE_REDIS_REST", default=5.0)

# --- What a picture may be --------------------------------------------------------------------------
# Largest upload, in bytes.
VITRINE_MAX_FILE_SIZE: int = env.int("VITRINE_MAX_FILE_SIZE", default=10 * MIB)
# Most pixels of a picture, over all its frames.
VITRINE_MAX_PIXELS: int = env.int("VITRINE_MAX_PIXELS", default=50_000_000)
# Longest side, in pixels.
VITRINE_MAX_SIDE: int = env.int("VITRINE_MAX_SIDE", default=16_383)
# Most frames of an animation.
VITRINE_MAX_FRAMES: int = env.int("VITRINE_MAX_FRAMES", default=100)
# Most scans of a progressive JPEG.
VITRINE_MAX_SCANS: int = env.int("VITRINE_MAX_SCANS", default=100)

# --- What a person may keep -------------------------------------------------------------------------
# Storage per person, in bytes.
VITRINE_QUOTA_BYTES: int = env.int("VITRINE_QUOTA_BYTES", default=500 * MB)
# Direct uploads of one person that are under way at once.
VITRINE_DIRECT_OPEN: int = env.int("VITRINE_DIRECT_OPEN", default=20)
# Pictures of one gig.
VITRINE_MAX_IMAGES_PER_GIG: int = env.int("VITRINE_MAX_IMAGES_PER_GIG", default=20)

# --- Moderation --------------------------------------------------------------------------------------
# When others see a picture: `after` it was put into use, until staff reject it, or only once staff approved
# it, `before` which nobody but its owner sees it.
VITRINE_MODERATION: str = env.str(
    "VITRINE_MODERATION", default="after", validate=validate.OneOf(["after", "before"])
)
# Distinct people whose reports hide a file until staff have looked at it; 0 never hides one.
VITRINE_REPORTS_TO_HIDE: int = env.int("VITRINE_REPORTS_TO_HIDE", default=3)
# Where visitors reach the site, without a path: after a takedown a file's addresses are asked for there,
# through nginx and CDN. Empty asks the application in process.
VITRINE_PUBLIC_URL: str = env.str("VITRINE_PUBLIC_URL", default="", validate=_http)
# Where a takedown POSTs {"paths": [...]}, so that a CDN drops its copies; empty where there is none.
VITRINE_CDN_PURGE_URL: str = env.str("VITRINE_CDN_PURGE_URL", default="", validate=_http)
# The bearer token that goes with it; a secret.
VITRINE_CDN_PURGE_TOKEN: str = env.str("VITRINE_CDN_PURGE_TOKEN", default="")

# Bits of 64 in which the hashes of two pictures may differ for one to count as a copy of the other.
VITRINE_NEAR_DISTANCE: int = env.int("VITRINE_NEAR_DISTANCE", default=7, validate=validate.Range(0, 15))
# Automatic checks of new pictures, in the order in which they are asked. Dotted paths, with commas between.
VITRINE_CHECKS: list[str] = env.list(
    "VITRINE_CHECKS",
    default=["uploads_app.screening.bans.BannedBytes", "uploads_app.screening.bans.BannedLooks"],
)

# --- The decoder's cage -----------------------------------------------------------------------------
# Warm decoder processes of each web process; with two or more, one is always left to uploads.
VITRINE_SANDBOX_WORKERS: int = env.int("VITRINE_SANDBOX_WORKERS", default=min(max(os.cpu_count() or 1, 2), 4))
# Address space of a decoder that takes in a picture, in bytes.
VITRINE_SANDBOX_MEMORY: int = env.int("VITRINE_SANDBOX_MEMORY", default=600 * MB)
# Processor time of one picture, in seconds.
VITRINE_SANDBOX_CPU_SECONDS: float = env.float("VITRINE_SANDBOX_CPU_SECONDS", default=3.0)
# Time of one picture by the clock, in seconds: well above the processor's, for on a busy machine a good one waits too.
VITRINE_SANDBOX_WALL_SECONDS: float = env.float("VITRINE_SANDBOX_WALL_SECONDS", default=12.0)

# Requests that one web process works on at once (deploy/serve.sh starts it so).
VITRINE_THREADS: int = env.int("VITRINE_THREADS", default=8)
# Requests with a body that one web process takes at once; fewer than its threads, so that who only reads
# never waits.
VITRINE_BODIES_AT_ONCE: int = env.int("VITRINE_BODIES_AT_ONCE", default=max(1, VITRINE_THREADS * 3 // 4))

# --- PostgreSQL -------------------------------------------------------------------------------------
# Most connections of one process, which its threads share (psycopg's pool): 3 or more, as a worker has three
# threads. 0: no pool; each thread keeps one of its own for a minute.
VITRINE_DB_POOL: int = env.int(
    "VITRINE_DB_POOL",
    default=max(3, VITRINE_THREADS),
    validate=[validate.Range(min=0), validate.NoneOf([1, 2])],
)
# How long a request waits for one of them before it is asked to come back, in seconds.
VITRINE_DB_POOL_WAIT: float = env.float("VITRINE_DB_POOL_WAIT", default=3.0, validate=_positive)
# How long one of them is used before a fresh one takes its place, in seconds.
VITRINE_DB_POOL_LIFETIME: float = env.float("VITRINE_DB_POOL_LIFETIME", default=3600.0, validate=_positive)
# How long it may take to be reached, in seconds.
VITRINE_DB_CONNECT_TIMEOUT: int = env.int("VITRINE_DB_CONNECT_TIMEOUT", default=5)
# How long one statement may take, wait for a lock, and leave its transaction without another, in seconds. 0:
# as the server has it.
VITRINE_DB_STATEMENT_TIMEOUT: float = env.float("VITRINE_DB_STATEMENT_TIMEOUT", default=30.0)
VITRINE_DB_LOCK_TIMEOUT: float = env.float("VITRINE_DB_LOCK_TIMEOUT", default=10.0)
VITRINE_DB_IDLE_TIMEOUT: float = env.float("VITRINE_DB_IDLE_TIMEOUT", default=60.0)
# How long a migration waits for a lock before it lets others go first, in seconds, and how often it tries.
VITRINE_MIGRATE_LOCK_WAIT: float = env.float("VITRINE_MIGRATE_LOCK_WAIT", default=2.0, validate=_positive)
VITRINE_MIGRATE_ATTEMPTS: int = env.int("VITRINE_MIGRATE_ATTEMPTS", default=30)

# --- Renditions -------------------------------------------------------------------------------------
# Formats that a worker makes right after an upload, one after another; the others are made when first asked
# for. Lists and addresses of the API are of WebP; pages offer whatever is there.
VITRINE_RENDITION_FORMATS: tuple[OutputFormat, ...] = tuple(
    OutputFormat(name)
    for name in env.list(
        "VITRINE_RENDITION_FORMATS", default=["webp", "avif"], validate=validate.Length(min=1)
    )
)
# How long one attempt at renditions holds its claim before another may take over, in seconds.
VITRINE_RENDER_LEASE: int = env.int("VITRINE_RENDER_LEASE", default=20)
# Address space of a decoder that renders, in bytes: what every accepted picture needs for all its sizes.
VITRINE_RENDER_MEMORY: int = env.int("VITRINE_RENDER_MEMORY", default=900 * MB)
# Time of one render of all sizes of a picture, by the processor and by the clock, in seconds; less than the lease.
VITRINE_RENDER_SECONDS: float = env.float("VITRINE_RENDER_SECONDS", default=15.0)
# Renders that one web process has under way for people who wait; past it they are asked to come back. Less
# than the decoders.
VITRINE_RENDERS_AT_ONCE: int = env.int(
    "VITRINE_RENDERS_AT_ONCE", default=max(1, min(VITRINE_SANDBOX_WORKERS - 1, 2))
)
# How long a request waits for a rendition that another thread of its process is making, in seconds.
VITRINE_RENDER_WAIT: float = env.float("VITRINE_RENDER_WAIT", default=15.0)
# How long a request waits for a rendition that another process is making, in seconds.
VITRINE_RENDER_WAIT_FOR_OTHERS: float = env.float("VITRINE_RENDER_WAIT_FOR_OTHERS", default=3.0)
# Threads of one web process that wait so long, half for its own threads and half for other processes; all
# others are asked to come back within a second. Well below the server's threads (deploy/serve.sh).
VITRINE_RENDER_WAITERS: int = env.int("VITRINE_RENDER_WAITERS", default=max(1, VITRINE_THREADS // 2))
# How long a recipe that ended its decoder twice is left alone, in seconds.
VITRINE_RENDER_REST: int = env.int("VITRINE_RENDER_REST", default=3600)
# How long a rendition that no address leads to any more is kept for answers under way, in seconds.
VITRINE_RETIRED_KEPT: int = env.int("VITRINE_RETIRED_KEPT", default=60)

# --- The worker -------------------------------------------------------------------------------------
# How long a worker's sign of life is good for; after that its task is run by another, in seconds.
VITRINE_WORKER_LEASE: float = env.float("VITRINE_WORKER_LEASE", default=6.0)
# How long an idle worker sleeps before it looks again, in seconds.
VITRINE_WORKER_POLL: float = env.float("VITRINE_WORKER_POLL", default=0.25)
# How often a task that fails is tried in all.
VITRINE_TASK_ATTEMPTS: int = env.int("VITRINE_TASK_ATTEMPTS", default=5)
# How long rows of finished tasks are kept, in seconds.
VITRINE_TASKS_KEPT: int = env.int("VITRINE_TASKS_KEPT", default=24 * 3600)
# How often what ended badly is finished, and what is over is pruned, in seconds.
VITRINE_RECONCILE_EVERY: int = env.int("VITRINE_RECONCILE_EVERY", default=3600)
# How often renditions out of service are removed, in seconds.
VITRINE_TIDY_EVERY: int = env.int("VITRINE_TIDY_EVERY", default=30)

# --- Clocks -----------------------------------------------------------------------------------------
# How long an upload may take from its row to its end before the reconciler takes it away, in seconds.
VITRINE_UPLOAD_LEASE: int = env.int("VITRINE_UPLOAD_LEASE", default=900)
# How long a direct upload that was announced may be sent and completed, in seconds.
VITRINE_DIRECT_TTL: int = env.int("VITRINE_DIRECT_TTL", default=900, validate=validate.Range(10, 3600))
# How long one completion holds a direct upload before another may take over, in seconds.
VITRINE_DIRECT_LEASE: int = env.int("VITRINE_DIRECT_LEASE", default=120)
# How long a stray object is left alone before the reconciler removes it, in seconds.
VITRINE_ORPHAN_GRACE: int = env.int("VITRINE_ORPHAN_GRACE", default=24 * 3600)
# How long bytes that media_fsck set aside are kept, in days.
VITRINE_QUARANTINE_KEPT: int = env.int("VITRINE_QUARANTINE_KEPT", default=30)
# How long a backup keeps the bytes of deleted files from being removed, should it never end, in seconds.
VITRINE_BACKUP_HOLD: int = env.int("VITRINE_BACKUP_HOLD", default=6 * 3600)
# How long bytes that moved to another storage are kept where they lay before, in seconds.
VITRINE_LEFT_BEHIND_KEPT: int = env.int("VITRINE_LEFT_BEHIND_KEPT", default=24 * 3600)
# How long an Idempotency-Key is remembered, in seconds.
VITRINE_IDEMPOTENCY_TTL: int = env.int("VITRINE_IDEMPOTENCY_TTL", default=24 * 3600)
# Life of an access token, in seconds.
VITRINE_ACCESS_TTL: int = env.int("VITRINE_ACCESS_TTL", default=900)
# Life of a login (its refresh tokens), in seconds.
VITRINE_REFRESH_TTL: int = env.int("VITRINE_REFRESH_TTL", default=14 * 24 * 3600)
# How long the link in a mail for a forgotten password is good, in seconds.
VITRINE_RESET_TTL: int = env.int("VITRINE_RESET_TTL", default=3600)

# --- Staff ------------------------------------------------------------------------------------------
# Whether staff have powers only in sessions that have shown a second factor. On by default in production.
VITRINE_ADMIN_2FA: bool = env.bool("VITRINE_ADMIN_2FA", default=False)
# How long a session may be without a request to the admin before staff have to log in anew, in seconds.
VITRINE_STAFF_IDLE: int = env.int("VITRINE_STAFF_IDLE", default=1800)
# How long they are in the admin with one login at most, in seconds.
VITRINE_STAFF_SESSION: int = env.int("VITRINE_STAFF_SESSION", default=12 * 3600)

# --- Mail -------------------------------------------------------------------------------------------
# Where mail goes: console: prints it, submission://name:password@host sends it by STARTTLS on port 587,
# smtp://host:25 without, smtp://name:password@host:465/?ssl=True by TLS from the start.
VITRINE_EMAIL_URL: dict[str, Any] = env.dj_email_url("VITRINE_EMAIL_URL", default="console:")
# Whom it is from: an address, or a name with an address in angle brackets.
VITRINE_EMAIL_FROM: str = env.str("VITRINE_EMAIL_FROM", default="Vitrine <vitrine@localhost>")
# How long a mail server may take to answer, in seconds.
VITRINE_EMAIL_TIMEOUT: int = env.int("VITRINE_EMAIL_TIMEOUT", default=10)

# --- Limits on traffic ------------------------------------------------------------------------------
# A factor on every rate below; 0 switches throttles off, for load tests.
VITRINE_THROTTLE_SCALE: float = env.float("VITRINE_THROTTLE_SCALE", default=1.0)
# Rates as number/period, by scope; each is counted per person and per address. Of "reset" a person also gets
# no more mails than that, from wherever they are asked for.
VITRINE_THROTTLE_RATES: dict[str, str] = {
    "upload": env.str("VITRINE_THROTTLE_UPLOAD", default="120/minute"),
    "part": env.str("VITRINE_THROTTLE_PART", default="1200/minute"),
    "write": env.str("VITRINE_THROTTLE_WRITE", default="240/minute"),
    "login": env.str("VITRINE_THROTTLE_LOGIN", default="30/minute"),
    "refresh": env.str("VITRINE_THROTTLE_REFRESH", default="120/minute"),
    "register": env.str("VITRINE_THROTTLE_REGISTER", default="20/hour"),
    "report": env.str("VITRINE_THROTTLE_REPORT", default="30/hour"),
    "appeal": env.str("VITRINE_THROTTLE_APPEAL", default="10/hour"),
    "reset": env.str("VITRINE_THROTTLE_RESET", default="10/hour"),
    "export": env.str("VITRINE_THROTTLE_EXPORT", default="10/hour"),
}
# Wrong passwords for one account from one address before that pair has to wait.
VITRINE_LOGIN_FAILURES: int = env.int("VITRINE_LOGIN_FAILURES", default=10)
# How long it waits, in seconds.
VITRINE_LOGIN_COOLOFF: int = env.int("VITRINE_LOGIN_COOLOFF", default=900)
# Proxies in front whose X-Forwarded-For entries are believed; 0 means the peer is the client.
VITRINE_TRUSTED_PROXIES: int = env.int("VITRINE_TRUSTED_PROXIES", default=0)
