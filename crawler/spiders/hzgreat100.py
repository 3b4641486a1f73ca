"""仪器无忧网, news of the scientific instruments industry."""

from crawler.layout import Layout
from crawler.spider import ArticleSpider


class HzGreat100(ArticleSpider):
    """Of this site only the words of one page are known, so its layout states nothing but the clock."""

    name = "hzgreat100"
    start_urls = ["https://hzgreat100.com/News/desc/id/1771.html"]
    layouts = (Layout(zone="Asia/Shanghai"),)
