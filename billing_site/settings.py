"""Settings, all from the environment. `.env.example` lists every name; `billing_site/checks.py` reports errors.

`DEVELOPMENT=1` (set by `make run`) creates a secret key under `var/` and enables the local token issuer. Everything
else is the same in development and production; DEBUG pages are off in both.
"""

import logging
from datetime import timedelta
from pathlib import Path

import environ

from billing_site.approval_rates import APPROVAL_LIMIT_RATES as RATES
from billing_site.broker import broker_options
from billing_site.development import LOCAL_STRIPE_KEY, secret_from_file
from billing_site.embedded.broker import broker_url
from billing_site.embedded.postgres import Cluster
from billing_site.logs import configure_logs
from billing_site.unfold import unfold_settings

BASE_DIR = Path(__file__).resolve().parent.parent

# --- environment -----------------------------------------------------------------------------------------------------
env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")

DEVELOPMENT = env.bool("DEVELOPMENT", default=False)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="")
if DEVELOPMENT and not SECRET_KEY:
    SECRET_KEY = secret_from_file(VAR_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default="http://127.0.0.1:8000" if DEVELOPMENT else "").rstrip("/")
# Number of our own proxies before the web process; only what they add to X-Forwarded-… is trusted.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEVELOPMENT else [])

# --- apps ------------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "billing_site.apps.BillingSiteConfig",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "apps.backoffice.apps.BackofficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular_sidecar",  # only its static files: the documentation page, offline
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "corsheaders",
    "pgtrigger",
    "auditlog",
    "apps.common",
    "apps.approvals",
    "apps.outbox",
    "apps.mail",
    "apps.webhooks",
    "apps.notices",
    "apps.top_ups",
    "apps.tenants",
    "apps.ledger",
    "apps.idempotency",
    "apps.billing_profiles",
    "apps.wallets",
    "apps.contracts",
    "apps.payments",
    "apps.pricing",
    "apps.plans",
    "apps.usage",
    "apps.snapshots",
    "apps.vouchers",
    "apps.invoices",
    "apps.dunning",
    "apps.bank",
    "apps.papers",
    "apps.proofs",
    "apps.api",
    "apps.backoffice.apps.BackofficeConfig",
    "apps.demo",
]
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
MIDDLEWARE = [
    *(["corsheaders.middleware.CorsMiddleware"] if CORS_ALLOWED_ORIGINS else []),
    "apps.api.middleware.ProtectiveHeadersMiddleware",
    "apps.api.middleware.ProblemMiddleware",
    "billing_site.request_log.RequestLog",
    "billing_site.api_calls.ApiCalls",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "billing_site.staff_middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "billing_site.staff_middleware.SignedIn",
    "billing_site.staff_middleware.SecondFactor",
    "apps.backoffice.middleware.BackOffice",
    "billing_site.staff_middleware.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "billing_site.urls"
WSGI_APPLICATION = "billing_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
# Emails are written in the reader's language; pages are in English.
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "German"), ("fr", "French")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "billing_site.formats"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True

# --- database --------------------------------------------------------------------------------------------------------
# Without a DATABASE_URL, development uses an embedded PostgreSQL, which manage.py and the Procfile start.
DATABASE_URL = env.str("DATABASE_URL", default="")
EMBEDDED_POSTGRES = Cluster(VAR_DIR) if DEVELOPMENT and not DATABASE_URL else None
if EMBEDDED_POSTGRES:
    DATABASE_URL = EMBEDDED_POSTGRES.url()
DATABASES = {"default": env.db_url_config(DATABASE_URL) if DATABASE_URL else {}}
# Behind a pooler a connection serves another client after each transaction: use no session state that outlives one.
DATABASE_POOLER = env.bool("DATABASE_POOLER", default=False)
DATABASE_PREPARED_STATEMENTS = env.bool("DATABASE_PREPARED_STATEMENTS", default=not DATABASE_POOLER)
# Seconds after which the server gives up; 0 leaves it to the server. A client that waits for a lock, or idles while
# it holds one, blocks others.
DATABASE_TIMEOUTS = {
    "lock_timeout": env.int("DATABASE_LOCK_SECONDS", default=5),
    "idle_in_transaction_session_timeout": env.int("DATABASE_IDLE_SECONDS", default=10),
    "statement_timeout": env.int("DATABASE_STATEMENT_SECONDS", default=0),
}
database = DATABASES["default"]
if database.get("ENGINE") == "django.db.backends.postgresql":
    database |= {"ENGINE": "billing_site.postgresql", "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    database["DISABLE_SERVER_SIDE_CURSORS"] = DATABASE_POOLER
    options = database.setdefault("OPTIONS", {})
    options["prepare_threshold"] = 1 if DATABASE_PREPARED_STATEMENTS else None
    # A server that vanished from the network is noticed within half a minute; the kernel would take 15 minutes.
    vanished = {"connect_timeout": 10, "tcp_user_timeout": 30_000, "keepalives_idle": 15, "keepalives_interval": 5}
    options |= {**vanished, "keepalives_count": 3, **options}
    if not DATABASE_POOLER:  # a pooler refuses options; the database role has these limits instead
        limits = [f"-c {name}={seconds}s" for name, seconds in DATABASE_TIMEOUTS.items() if seconds]
        options["options"] = " ".join([*limits, options.get("options", "")]).strip()

# --- cache ---------------------------------------------------------------------------------------------------------
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://billing")}
if CACHES["default"]["BACKEND"].endswith("LocMemCache"):
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 100_000}

# --- DRF -------------------------------------------------------------------------------------------------------------
# A view declares who may call it; by default nobody may. No browsable API, no format by suffix or parameter.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["apps.api.permissions.Undeclared"],
    "DEFAULT_PARSER_CLASSES": ["apps.api.request_bodies.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": [],  # `apps.api.responses` writes JSON
    "EXCEPTION_HANDLER": "apps.api.problems.problem_handler",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "URL_FORMAT_OVERRIDE": None,
}
# Calls per minute, 0 for no limit. Counted in the cache, per process unless CACHE_URL names a shared one;
# billing_site.W051 warns if several processes run without.
API_RATE_PER_CREDENTIAL = env.int("API_RATE_PER_CREDENTIAL", default=6_000)
API_RATE_PER_ORGANIZATION = env.int("API_RATE_PER_ORGANIZATION", default=12_000)
API_RATE_PER_ADDRESS = env.int("API_RATE_PER_ADDRESS", default=600)
API_WRONG_CREDENTIALS_PER_ADDRESS = env.int("API_WRONG_CREDENTIALS_PER_ADDRESS", default=60)
# For pages of CORS_ALLOWED_ORIGINS; credentials are headers, never cookies.
CORS_URLS_REGEX = r"^/(api|v1)/"
CORS_ALLOW_HEADERS = ["Authorization", "Content-Type", "Idempotency-Key", "X-API-KEY", "X-Request-ID"]
CORS_EXPOSE_HEADERS = [
    *("Idempotent-Replayed", "Link", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After"),
    "X-Request-ID",
]
CORS_PREFLIGHT_MAX_AGE = 600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
LONGEST_BODY_BYTES = 2 * DATA_UPLOAD_MAX_MEMORY_SIZE  # The most that is read before other checks; fits a file.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
CSRF_FAILURE_VIEW = "billing_site.handlers.csrf_failure"

# --- security --------------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEVELOPMENT
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEVELOPMENT)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEVELOPMENT

# --- metering --------------------------------------------------------------------------------------------------------
# How long a month stays open for late usage before it is closed; later usage is a correction in the open month.
USAGE_CLOSE_AFTER_HOURS = env.int("USAGE_CLOSE_AFTER_HOURS", default=24)
BREAKDOWN_VALUES_A_MONTH = env.int("BREAKDOWN_VALUES_A_MONTH", default=5_000)
MARGIN_ALARM_PERCENT = env.int("MARGIN_ALARM_PERCENT", default=0)
MARGIN_ALARM_LEAST_MICROS = env.int("MARGIN_ALARM_LEAST_MICROS", default=1_000_000)
ARCHIVE_DIR = Path(env.str("ARCHIVE_DIR", default=str(VAR_DIR / "archive")))

# --- staff -----------------------------------------------------------------------------------------------------------
# The limit for one person, in US dollars; above it a second person must approve within the given hours. Other
# currencies are converted by these rates; in a currency without a rate, every action needs a second person.
APPROVAL_LIMIT_MICROS = env.int("APPROVAL_LIMIT_MICROS", default=1_000_000_000)
APPROVAL_LIMIT_RATES = env.json("APPROVAL_LIMIT_RATES", default=RATES)
APPROVAL_VALID_HOURS = env.int("APPROVAL_VALID_HOURS", default=72)
# A second person approves API keys that may send usage, and links of customers to identity providers.
APPROVAL_FOR_CREDENTIALS = env.bool("APPROVAL_FOR_CREDENTIALS", default=True)
# Staff sign in with a second factor; in development only those who have set one up.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=not DEVELOPMENT)
STAFF_SESSION_LENGTH = timedelta(hours=8)
STAFF_SESSION_IDLE = timedelta(minutes=30)
STAFF_PROOF_LASTS = timedelta(minutes=15)
SESSION_COOKIE_AGE = int(STAFF_SESSION_LENGTH.total_seconds())
AUTHENTICATION_BACKENDS = ["axes.backends.AxesBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
OTP_TOTP_ISSUER = "Billing back office"
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
LOGIN_URL, LOGIN_REDIRECT_URL = "admin:login", "admin:index"
# Too many failures for a name from an address lock sign-in for that name from there, and nowhere else.
AXES_FAILURE_LIMIT = "apps.backoffice.lockout.tries_allowed"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True  # shown to the person at the next sign-in
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_IP_CALLABLE = "apps.backoffice.client_ip.client_address"
AXES_LOCKOUT_CALLABLE = "apps.backoffice.views.locked_out"
AXES_SENSITIVE_PARAMETERS = ["password", "code", "csrfmiddlewaretoken"]
AUDITLOG_CID_GETTER = "apps.backoffice.audit_trail.request_id"
AUDITLOG_MASK_CALLABLE = "apps.backoffice.audit_trail.hidden"
UNFOLD = unfold_settings()

# --- contracts -------------------------------------------------------------------------------------------------------
# Days after its due date before an unpaid installment is overdue.
CONTRACT_GRACE_DAYS = env.int("CONTRACT_GRACE_DAYS", default=0)

# --- proofs -----------------------------------------------------------------------------------------------------------
# Signs each day's root (Ed25519, 32 bytes in base64url). It is not in the database, so that its owner cannot sign.
PROOF_SIGNING_KEY = env.str("PROOF_SIGNING_KEY", default="")
if DEVELOPMENT and not PROOF_SIGNING_KEY:
    PROOF_SIGNING_KEY = secret_from_file(VAR_DIR / "proof_signing_key", size=32)
PROOF_FORMER_KEYS = env.list("PROOF_FORMER_KEYS", default=[])
PROOF_URL = env.str("PROOF_URL", default="")

# --- vouchers --------------------------------------------------------------------------------------------------------
# Key from which codes are derived and by which they are found; SECRET_KEY if it is not set.
VOUCHER_CODE_KEY = env.str("VOUCHER_CODE_KEY", default="")

# --- identity --------------------------------------------------------------------------------------------------------
CLERK_ISSUER = env.str("CLERK_ISSUER", default="")
CLERK_JWKS_URL = env.str("CLERK_JWKS_URL", default="")
CLERK_AUTHORIZED_PARTIES = env.list("CLERK_AUTHORIZED_PARTIES", default=[])
CLERK_AZP_OPTIONAL = env.bool("CLERK_AZP_OPTIONAL", default=False)
OIDC_ISSUERS = env.json("OIDC_ISSUERS", default=[])
CLERK_AUTO_PROVISION = env.bool("CLERK_AUTO_PROVISION", default=False)
SIGNUP_CREDIT_MICROS = env.int("SIGNUP_CREDIT_MICROS", default=0)
LOCAL_ISSUER = env.bool("LOCAL_ISSUER", default=DEVELOPMENT)

# --- celery ----------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
# Without one, development has an embedded broker, which the Procfile starts.
EMBEDDED_BROKER = DEVELOPMENT and not CELERY_BROKER_URL
if EMBEDDED_BROKER:
    CELERY_BROKER_URL = broker_url(VAR_DIR)
CELERY_BROKER_CONNECTION_TIMEOUT = 4
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(CELERY_BROKER_URL)
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = env.int("WORKER_THREADS", default=4)
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "billing_site.scheduler:JobScheduler"
OUTBOX_MAX_ATTEMPTS = env.int("OUTBOX_MAX_ATTEMPTS", default=12)
OUTBOX_KEEP_DAYS = env.int("OUTBOX_KEEP_DAYS", default=30)
OUTBOX_LAG_SECONDS = env.int("OUTBOX_LAG_SECONDS", default=120)
OUTBOX_BROKER_TIMEOUT_SECONDS = env.int("OUTBOX_BROKER_TIMEOUT_SECONDS", default=5)

# --- email ------------------------------------------------------------------------------------------------------------
# Any of Django's or Anymail's backends. Development without one writes files, which a staff page shows.
MAIL_FOLDER = VAR_DIR / "mail"
FILE_MAIL = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND", default=FILE_MAIL if DEVELOPMENT else "django.core.mail.backends.smtp.EmailBackend"
)
MAIL_IS_LOCAL = DEVELOPMENT and EMAIL_BACKEND == FILE_MAIL
EMAIL_FILE_PATH = MAIL_FOLDER
EMAIL_HOST = env.str("EMAIL_HOST", default="")
EMAIL_PORT = env.int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=True)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
ANYMAIL = env.json("ANYMAIL", default={})
# A provider's reports are accepted only if a key verifies them.
MAIL_REPORTS_ARE_SIGNED = any(
    word in name for name in ANYMAIL for word in ("WEBHOOK_SECRET", "SIGNING", "VERIFICATION_KEY")
)
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Billing <billing@localhost>" if DEVELOPMENT else "")
MAIL_REPLY_TO = env.str("MAIL_REPLY_TO", default="")

# --- stripe ----------------------------------------------------------------------------------------------------------
STRIPE_API_KEY = env.str("STRIPE_API_KEY", default="")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="https://api.stripe.com").rstrip("/")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRETS", default=[])
STRIPE_LIVEMODE = env.bool("STRIPE_LIVEMODE", default=False)
# Development without a key uses the local Stripe, a separate process; nothing of it is imported here.
STRIPE_IS_LOCAL = DEVELOPMENT and not STRIPE_API_KEY
if STRIPE_IS_LOCAL:
    STRIPE_API_KEY = LOCAL_STRIPE_KEY
    STRIPE_API_BASE = f"http://127.0.0.1:{env.int('LOCAL_STRIPE_PORT', default=12111)}"
    STRIPE_WEBHOOK_SECRETS = [secret_from_file(VAR_DIR / "stripe_webhook_secret", prefix="whsec_")]
STRIPE_CONNECT_SECONDS = env.int("STRIPE_CONNECT_SECONDS", default=3)
STRIPE_READ_SECONDS = env.int("STRIPE_READ_SECONDS", default=8)
STRIPE_RETRIES = env.int("STRIPE_RETRIES", default=2)
STRIPE_EVENT_MAX_ATTEMPTS = env.int("STRIPE_EVENT_MAX_ATTEMPTS", default=12)
STRIPE_EVENT_STUCK_SECONDS = env.int("STRIPE_EVENT_STUCK_SECONDS", default=300)
# In the currency's smallest unit.
TOP_UP_LEAST = env.int("TOP_UP_LEAST", default=100)
TOP_UP_MOST = env.int("TOP_UP_MOST", default=10_000_000)
INVOICE_LEAST = env.int("INVOICE_LEAST", default=100)
INVOICE_LEAD_DAYS = env.int("INVOICE_LEAD_DAYS", default=14)
# A TrueType font file for letters on papers that DejaVu Sans lacks, such as East Asian ones; PDFs embed it.
PAPER_FONT = env.str("PAPER_FONT", default="")

# --- webhooks to customers -------------------------------------------------------------------------------------------
# Whether endpoints may have http and loopback addresses; never in production.
WEBHOOK_LOOPBACK = env.bool("WEBHOOK_LOOPBACK", default=DEVELOPMENT)

# --- snapshots -------------------------------------------------------------------------------------------------------
# The only upstreams from which balances and costs may be read: name to base URL, and name to bearer secret.
SNAPSHOT_UPSTREAMS = env.dict("SNAPSHOT_UPSTREAMS", default={})
SNAPSHOT_UPSTREAM_SECRETS = env.dict("SNAPSHOT_UPSTREAM_SECRETS", default={})
SNAPSHOT_UPSTREAM_TIMEOUT_SECONDS = env.int("SNAPSHOT_UPSTREAM_TIMEOUT_SECONDS", default=3)

# --- monitoring ------------------------------------------------------------------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
PROMETHEUS_MULTIPROC_DIR = env.str("PROMETHEUS_MULTIPROC_DIR", default="")
WEB_WORKERS = env.int("WEB_WORKERS", default=1)
WEB_THREADS = env.int("WEB_THREADS", default=4)
if METRICS_TOKEN:
    MIDDLEWARE = [
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        *MIDDLEWARE,
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ]

# --- logging ---------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_STYLE = env.str("LOG_STYLE", default="console" if DEVELOPMENT else "json")
LOGGING = configure_logs(LOG_STYLE, LOG_LEVEL)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
