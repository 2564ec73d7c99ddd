"""Words by which it is known what a turn means while products are on show (`looking`)."""

from __future__ import annotations

import re
from typing import Final

WHY: Final = re.compile(
    r"^\W*(?:so |and |but |hm+,? )?(?:why|how come)\b"
    r".*\b(?:recommend|suggest|show|pick|chose|choose|list|these|this|those|th(?:e|at) \w+ one)\w*"
    r"|(?:为什么|为啥|怎么会|凭什么).*(?:推荐|推|显示|选|给我|这|第)",
    re.IGNORECASE,
)
RANGE: Final = re.compile(
    r"\bwhat (?:(?:else )?do you|kinds? of (?:things|products|stuff|goods) do you|all do you) "
    r"(?:guys )?(?:sell|have|carry|stock|offer)(?: then| here| in (?:your|the) (?:shop|store))?\W*$"
    r"|(?:店里|你们|您们|这里)(?:家|店|这儿)?(?:都|主要|是|一般)*(?:卖|有)(?:些|点)?"
    r"(?:什么|啥|哪些)(?:东西|商品|产品)?[的呢啊呀]?\W*$",
    re.IGNORECASE,
)
COMPARES: Final = re.compile(
    r"^\W*(?:(?:please|can you|could you) )*compare\b|^\W*(?:请|帮我|麻烦)*(?:对比|比较)",
    re.IGNORECASE,
)
OF_PART: Final = re.compile(
    r"\b(?:bigger|larger|smaller) (?:screen|display)s?\b|屏幕?(?:要|得)?更?[大小]一?[点些]",
    re.IGNORECASE,
)
"""A measure of what is looked at, whose name is a kind of thing as well."""
LIKE_IT: Final = re.compile(
    r"\b(?:more|others?|something|anything|similar) (?:ones? )?(?:like|to) "
    r"(?:that|this|it|them|those|these|the \w+)"
    r"|(?:像|跟|和)(?:它|这个|那个|第.{1,2}个?).{0,4}(?:的|一样|差不多|类似)",
    re.IGNORECASE,
)
ELSE: Final = re.compile(
    r"\b(?:something|anything|somewhat|show (?:me )?(?:some ?)?)(?:thing)? ?(?:else|different)\b"
    r"|\b(?:other|different) (?:ones?|options?|choices?)\b|\bwhat else\b"
    r"|\bnone of (?:these|those)\b"
    r"|换(?:一)?[批组些]|别的(?!店|家)|其[他它]的?(?:款|吗|呢|$)|还有(?:什么|没有|别的|其[他它])",
    re.IGNORECASE,
)
GOES_ON: Final = re.compile(
    r"^\W*(?:i(?:'d| would)? (?:need|want|like|prefer) )?(?:something|anything|sth|smth) "
    r"(?!like|else)|^\W*(?:(?:and|with) )?(?:an? )?(?:good|great|decent|better|nice) \w+\W*$"
    r"|^\W*(?:(?:(?:what|how) about|and|but|ok(?:ay)?|hm+|maybe|just|only|also|preferably"
    r"|ideally|it(?:'s| is)|"
    r"they(?:'re| are)|one|ones|something|some|any|mainly|mostly|(?:i )?(?:need|want|would like|"
    r"'d like) (?:it|them|one|ones|something|some))[ ,]+)*"
    r"(?:for|with|without|that|which|in|made of|suitable|good for|to (?:use|wear|take|carry)|"
    r"must|should|ha(?:s|ve) to|needs? to|it (?:must|should|has to|needs)|"
    r"they (?:must|should|have to|need))\b"
    r"|\bones?\W*$"
    r"|^\W*(?:那|就|最好|主要|还)?(?:是)?(?:要)?(?:适合|能(?!不能)|带|用来|用于)"
    r"|的(?:有吗|有没有|呢|吗)?\W*$|^\W*[\u4e00-\u9fff]{1,6}用\W*$",
    re.IGNORECASE,
)
BETTER: Final = re.compile(
    r"\b(?:what|which)(?:'s| is| one is|one'?s)? (?:the )?better\b"
    r"|哪(?:个|款|一个|一款)(?:更|比较)?好",
    re.IGNORECASE,
)
OF_VERSION: Final = re.compile(
    r"^\W*(?:and |so )?(?:in )?(?:what|which|any(?: other)?|other) (?:colou?rs?|sizes?)\b"
    r"|^\W*(?:都)?(?:有)?(?:什么|哪些|哪几种|几种|别的|其他)(?:颜色|尺码|尺寸|码)",
    re.IGNORECASE,
)
"""Asked of the product that is looked at: which versions there are."""
OF_VERSIONS: Final = re.compile(
    r"\bthe (?:\w+ ){1,4}in (?:any )?(?:other|different|another|more|which|what) "
    r"(?:colou?rs?|sizes?|shades?)\b",
    re.IGNORECASE,
)
"""Which versions there are of one that is named."""
OF_SIZE: Final = re.compile(
    r"\b(?:smaller|bigger|larger|different|other|another) sizes?\b|\bsize (?:up|down)\b"
    r"|\b(?:one|a) size (?:smaller|bigger|larger|up|down)\b"
    r"|[大小](?:一|半)?[号码](?!的)|(?:大|小)一点的[号码]|(?:别|其他)的?[尺号]?码",
    re.IGNORECASE,
)
"""Another size of what is looked at, and no measure of it."""
YOUR_PICK: Final = re.compile(
    r"\b(?:which (?:one |of (?:these|those|them) )?would you (?:\w+ )?recommend"
    r"|(?:which|what) (?:one |of (?:these|those|them) )?would you (?:\w+ )?"
    r"(?:pick|choose|buy|get|take|go (?:for|with)))\b"
    r"|你(?:会|推荐|觉得)?(?:买|选|挑|推荐)?哪(?:一)?[个款件]",
    re.IGNORECASE,
)
REVIEWS: Final = re.compile(
    r"^\W*(?:any|the|see|show(?: me)?(?: the)?|what about(?: the)?|how are the)? ?reviews?\W*$"
    r"|\b(?:people|others|customers|buyers|shoppers|users|they) (?:rate|review)\w* "
    r"(?:it|this|that)\b|\bhow(?:'s| is) (?:it|this|that) (?:rated|reviewed)\b"
    r"|^\W*(?:看看)?评[价论](?:呢|怎么样|如何|吗)?\W*$",
    re.IGNORECASE,
)
BESIDE: Final = re.compile(
    r"\bcompar|\bversus\b|\bvs\b|\bdiffer|\bor\b|\bthan\b|\bbetter\b|\bwith\b|\bbetween\b"
    r"|[比较对差跟和与同]|区别|还是|哪",
    re.IGNORECASE,
)
"""Words that set one thing beside another."""
TOO: Final = re.compile(r"^\W*(?:and |ok |so )*(?:what|how) about\b|呢\W*$", re.IGNORECASE)
ASKS: Final = re.compile(r"\b(?:how|what|which|is|are|does|do)\b|[吗呢多几哪么?？]", re.IGNORECASE)
OF_ONE: Final = re.compile(
    r"\b(?:does|do|is|are|has|have|can|will|did)\b|[吗么?？]|有没有|是不是", re.I
)
BEST: Final = re.compile(r"\b(?:best|nicest|finest|top)\b|最好|最佳|最棒", re.IGNORECASE)
ANOTHER_KIND: Final = re.compile(r"\b(?:an?|some|any|another)\b|[一个款条只双件]", re.IGNORECASE)
"""Something that is not on show is asked for, and nothing that is."""
ANY_ONE: Final = re.compile(
    r"\b(?:is there|are there|do you have|have you got|got|any) (?:an?|any|some)? ?"
    r"[\w -]{3,30} ones?\W*$",
    re.IGNORECASE,
)
"""Whether there is one of those that is so."""
THE_CHEAPER: Final = re.compile(
    r"^\W*(?:ok |okay |so |and |then |maybe )*(?:the )?"
    r"(?:cheaper|cheapest|less expensive|least expensive) "
    r"(?:one|of (?:the )?(?:two|three|them|these|those))\W*(?:then|please)?\W*$"
    r"|^\W*(?:那就?|就)?(?:要)?(?:最)?便宜的?(?:那|这)[个款件双台]\W*$",
    re.IGNORECASE,
)
"""One of those on show is meant, by its price."""
WANTS_KIND: Final = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|also|please)[ ,]+)*(?:do (?:you|u|ya) (?:have|sell|stock|carry|got)"
    r"|(?:what|how) about(?! (?:the|it|this|that|these|those)\b)"
    r"|(?:have )?(?:you |u )?got(?= any| some| an?\b)|any\b(?! (?:news|update|idea))"
    r"|(?:i|we)(?:'m| am|'re| are)? (?:need|want|after|(?:looking|searching) for)|looking for"
    r"|(?:what'?s|which is|what is) the (?:cheapest|best|dearest|most expensive)"
    r"|(?:good|nice|cheap|best) (?=\w+(?: \w+)? for\b))"
    r"|^\W*(?:你们|店里|这里|请问|我|那)*(?:有没有|有|卖|想买|要买|想要|找|来|给我(?:看看|找|来)|看看)"
    r"(?!什么|啥|货)"
    r".*?(?:[吗么没呢]|的)?\W*$",
    re.IGNORECASE,
)
"""What somebody says who asks whether there is a kind of thing, or for it."""
EVERYTHING: Final = re.compile(
    r"\bhow many (?:different )?(?:products|items|things|articles)\b"
    r"|多少(?:种|款|个|件)?(?:商品|产品|东西)",
    re.IGNORECASE,
)
PRESENT: Final = re.compile(
    r"\b(?:gifts?|presents?|something) (?:idea )?for (?:my|our|an?|his|her|the|someone|somebody)\b"
    r"|[给送][^，。]{1,8}(?:礼物|礼品)|(?:礼物|礼品)[^，。]{0,4}[给送]",
    re.IGNORECASE,
)
PLACE: Final = re.compile(
    r"\W*(?:ok |and |the |no\.? |number |nr\.? )*"
    r"(?:\d{1,2}(?:st|nd|rd|th)|(?:first|second|third|fourth|fifth|sixth|last))(?: one| 1)?\W*"
    r"|\W*(?:那|就)?第[一二两三四五六七八九十\d]{1,2}[个款双件台]?[呢吧]?\W*",
    re.IGNORECASE,
)
"""A place in the list and nothing else."""
WHETHER: Final = re.compile(
    r"^\W*(?:这个|它|这款|这件)?(?:能|可以|会|好)(?:不(?:能|可以|会|好))?[\u4e00-\u9fff]{1,4}[吗么]?\W*$"
    r"|^\W*[\u4e00-\u9fff]{2,3}[吗么]\W*$"
)
"""A few words that ask whether a thing can be used so, or is so: 能挂墙吗, 舒服吗."""
OF_IT: Final = re.compile(
    r"^\W*(?:and |so |but |ok )*(?:can|could|does|do|is|are|has|have|will|would)n?'?t? "
    r"(?:it|they|this|that|these|those)\b"
    r"|^\W*(?:and |so )?(?:how|what|which|when|where)\b.*\b(?:it|this one|that one)\b"
    r"|^\W*(?:它|这个|这款|那个)(?:能|可以|会|是|有|带|支持)",
    re.IGNORECASE,
)
"""A question whose first words point at a product."""
