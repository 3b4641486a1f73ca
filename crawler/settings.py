"""Scrapy's settings for newsreel: what Scrapy leaves unsafe is safe here, and each number has its unit."""

# The project. ------------------------------------------------------------------------------------------------------
BOT_NAME = "newsreel"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"
ITEM_PIPELINES = {
    "pipelines.store.ArchivePipeline": 800,
}

# Ours. -------------------------------------------------------------------------------------------------------------
ARCHIVE = "data"
"""Folder of the archive."""
ARCHIVE_COMPRESSION = "zst"
"""How the lines of published segments are packed: zst, gz or none."""
CAPTURES = True
"""Whether each answer is kept as it came (WARC), so that articles can be read again by better rules."""
CAPTURE_EVERY = 1
"""Of an article whose wording is unchanged, every so many-th capture is kept; 1 keeps all."""
QUARANTINE_REGRESSED = True
"""Whether articles that are read worse than before, as after a redesign, go to quarantine instead of being stored."""
RIGHTS = True
"""Whether what a site's robots.txt, tdmrep.json and ai.txt say of the uses of its pages is kept with each."""
COMMIT_DELAY = 0.1
"""Seconds for which what was fetched gathers before it is synced to disk together; an article is acknowledged then."""
SEAL_SECONDS = 600
"""Seconds after which what was written is published to readers while a run goes on; at its end all is."""
SEAL_BYTES = 256 * 1024 * 1024
"""Bytes after which it is."""
FRONTIER = ""
"""Folder of what is known of each address, on a local disk; empty for `frontier` in the archive's."""
LEASE_SECONDS = 60
"""Seconds after which what a run was fetching may be fetched by another; it says three times as often that it lives."""
CONTACT = ""
"""An address or page for site owners, sent with each request; please set it."""
CONNECT_TO = ""
"""Connect elsewhere than DNS says, as curl's --connect-to: `host:port=address:port`, several parted by commas."""
JOB_GRACE = 150
"""Seconds after which `scrapy job` kills a site that was told to end and does not; supervisors wait for 180."""
PROGRESS = True
"""Whether a crawl on a terminal shows a bar."""
RETRY_BACKOFF = 1.0
"""Seconds before the first retry; doubled each time, with jitter, for the whole host."""
RETRY_AFTER_MAX = 900.0
"""Seconds of Retry-After that a run waits for; a host that asks for more is left alone until the next run."""
HOST_FAILURES_MAX = 40
"""Attempts that fail in a row before a run leaves a host alone; so do RETRY_AFTER_MAX seconds without a good answer."""
WINDOWS = ""
"""When the site may be asked: `22:00-06:00 Asia/Shanghai`, several parted by commas; else the spider's `windows`."""
BROWSER_PATH = "/usr/bin/chromium"
"""Where Chromium is, for sites whose pages are drawn by scripts."""
BROWSER_TIMEOUT = 30.0
"""Seconds in which a page is drawn; it is taken as it is then."""
BROWSER_PAGES = 2
"""Pages that are drawn at the same time."""

# Who asks. ---------------------------------------------------------------------------------------------------------
USER_AGENT = None
ROBOTSTXT_USER_AGENT = "newsreel"
ROBOTSTXT_OBEY = True
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8,*;q=0.5",
}

# How often. --------------------------------------------------------------------------------------------------------
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 4
DOWNLOAD_DELAY = 0.5
DOWNLOAD_DELAY_JITTER = 0.25
"""Gaps are up to a quarter longer than the delay, never shorter."""
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0.0
AUTOTHROTTLE_MAX_DELAY = 30.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 2.0
RETRY_TIMES = 3
DOWNLOADER = "crawler.downloader.hosts.PoliteDownloader"

# Within which bounds. ----------------------------------------------------------------------------------------------
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
"""Bytes of a page, as sent and when decompressed."""
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_LEAST_SPEED = 100
"""Bytes a second, in the mean, below which an answer is given up."""
DOWNLOAD_LEAST_SPEED_AFTER = 15
"""Seconds before the speed is looked at."""
HEADERS_MAXSIZE = 256 * 1024
"""Bytes of an answer's status and headers; no line of them is longer than 16 KiB."""
HEADERS_MAX = 500
"""Headers of an answer."""
DNS_TIMEOUT = 20
REDIRECT_MAX_TIMES = 8
METAREFRESH_MAXDELAY = 5
URLLENGTH_LIMIT = 2083
DOWNLOAD_VERIFY_CERTIFICATES = True
TWISTED_DNS_RESOLVER = "crawler.downloader.addresses.GuardedResolver"
DOWNLOAD_HANDLERS = {
    "http": "crawler.downloader.bounds.BoundedDownloadHandler",
    "https": "crawler.downloader.bounds.BoundedDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.downloader.requests.ScopeMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.downloader.robots.RobotsMiddleware": 100,
    "crawler.downloader.rights.RightsMiddleware": 110,
    # What the spider gets: captured, unpacked, redirected and tried again by those behind it.
    "crawler.downloader.drawing.DrawingMiddleware": 200,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,
    "crawler.downloader.requests.IdentityMiddleware": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.downloader.retry.BackOffRetryMiddleware": 550,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "crawler.downloader.redirects.BoundedMetaRefreshMiddleware": 580,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    # Unpacked pages, in which it is seen whether anybody is logged in, and redirects before they are followed.
    "crawler.downloader.login.LoginCheckMiddleware": 585,
    "crawler.downloader.compression.BoundedCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.downloader.redirects.BoundedRedirectMiddleware": 600,
    "crawler.downloader.login.LoginMiddleware": 610,
    "crawler.downloader.addresses.AddressGuardMiddleware": 800,
    "crawler.downloader.access.HeadersMiddleware": 850,
    # Between HttpCompression (590) and the cache (900): bodies are as they were sent.
    "crawler.downloader.capture.CaptureMiddleware": 860,
    # Behind the captures: they are to know nothing of secrets.
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "crawler.downloader.proxies.ProxyMiddleware": 870,
    "crawler.downloader.access.AccessMiddleware": 880,
}
SPIDER_MIDDLEWARES = {
    "crawler.frontier.middleware.LinksFirstMiddleware": 10,
    "crawler.downloader.capture.PendingMiddleware": 60,
}

# How it works inside. ----------------------------------------------------------------------------------------------
# Scrapy starts this many tasks for each response; a page yields one item.
CONCURRENT_ITEMS = 4
SCHEDULER = "crawler.frontier.scheduler.FrontierScheduler"
# Of Scrapy's own scheduler, where somebody chooses that: first come, first served, as the frontier does.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
SCHEDULER_DISK_QUEUE = "scrapy.squeues.PickleFifoDiskQueue"
REQUEST_FINGERPRINTER_CLASS = "crawler.fingerprint.PageFingerprinter"
EXTENSIONS = {
    "crawler.progress.Progress": 0,
    "crawler.jobs.gathering.Gathering": 0,
    "crawler.downloader.moves.Moves": 0,
    "crawler.downloader.requisites.Requisites": 0,
    "crawler.ending.Ending": 0,
}
LOG_LEVEL = "INFO"
LOG_VERSIONS: list[str] = []
DEFAULT_DROPITEM_LOG_LEVEL = "INFO"
FEED_EXPORT_ENCODING = "utf-8"
