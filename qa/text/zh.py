"""Facts of Chinese, each once: characters, numbers, surnames, places, function words, word classes, dates.

All of it is folded (simplified, half width, lower case), but for FREQUENT and MARKS, which decoding holds against text
as read. A table of characters is a string, a table of words a tuple; a pattern is a string, to be put into others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

# Escapes, as some of these look like others. Private use is where Chinese encodings put characters that they lacked.
IDEOGRAPHS = r"\u3400-\u9fff\ue000-\ufaff\U00020000-\U0003ffff\u3007"
LETTER = r"[^\W\d_A-Za-z]"
"""An ideograph that Unicode names, or another letter that is not Latin. Of categories: each range of ideographs costs a
millisecond wherever a pattern has it, each time a program starts."""

_HAN = re.compile(f"[{IDEOGRAPHS}]")


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of the words, longer ones first."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


def is_han(written: str) -> bool:
    """Whether a character, or the first of several, is a Chinese ideograph."""
    return bool(_HAN.match(written))


FREQUENT = frozenset(
    "的一國在年人中為国了为大是有日和於发行地上以後不成动時时學生民月公之会軍业會市新主家與作政对發部区西出南来到全多區工北而进東斯个其等于來能個方世开力及法對用他现这這分通自下經学由将要高员后戰资最者展被场元也务同前代立"
    "安並经实建们名合動关长利理海报亞文体过開教车美机都与本化重提長爾金期表內此电外事統道所加示位交使产因德水業子内可保過更得网現据共心第機進馬任但城活稱我州面至次將小度查三入特聯司府天羅目定產間社万當题治信间平球当拉體台"
    "電持物点并品量山设记克十应王明華界權種警島队情帝联義原總看制好服關强相数性近责就朝向史比二还灣已約兩标數管然计里运議基回古受著設流局院路防領收或该省員紀系士科從布族式息達語則起解正改东臺源黨隊手車推尼某增運接英处阿意"
    "河消如项各调始导案股门供总江从四程续縣说传口风星两港直广場组编實蘭組创支賽线選指認委称游土些军們告投書价濟村傳件萬商林级首結企屬影医爭今常技說问計众變集包着办太营洲视巴预格规資造皇参形赛漢少升術无求达維护際步務擊团廣"
    "決打條京米帶证報环居果卡辑亿议線户歐专無结蘇统視领還女舉育气施助反據种派命宗客取整導救党張单納武空完即深蒙华兵费清境五约陸术論站曾石研處許带注規歷身該感邦需攻转战香备很知別色團超類校让強书亦引點未群鐵图較质早态風福老"
    "放认域险又张周青括县决易监言获限功韓显劉请列没繼型除选官非門降字举夫仍款初去再精威确雨济且網权響际應况奧友先率普极隨宣沒神做獲每氣尔根只积轉"
)
"""The 400 most frequent characters of mainland news and the 400 of Taiwanese encyclopaedia text, in either script; they
make up about 70 % of the Han characters of either."""
MARKS = frozenset("，。、；：？！“”‘’（）《》〈〉【】「」『』〔〕—…·‧～％\u3000")

DIGITS = "零一二三四五六七八九"  # by their values
UNITS = {"十": 10, "百": 100, "千": 1000}
TEN_THOUSANDS = {"万": 10_000, "亿": 100_000_000}
DIGIT_VALUES = {sign: value for value, sign in enumerate(DIGITS)} | {"〇": 0, "○": 0, "两": 2}
NUMERAL = f"[{''.join([*DIGIT_VALUES, *UNITS])}]"  # a character of a number below ten thousand
IN_NUMBERS = frozenset([*DIGIT_VALUES, *UNITS, *TEN_THOUSANDS, "几"])

_MEASURES = """
    年 月 日 号 时 点 分钟 秒 周年 小时 个 名 位 家 条 项 次 种 届 场 座 辆 台 件 人 户 岁 天 米 公里 平方 亩 吨
    公斤 市斤 元 块 只 头 棵 株 份 套 间 栋 幢 楼 层 组 支 枚 颗 瓶 箱 顶 张 双 对 册 篇 部 期 余 多 万 亿 所 把 艘
    处 门 批 类 级 等奖 日游 国道 省道 县道 路 % ％
""".split()  # noqa: SIM905
_BESIDE = {  # what must stand, or must not, behind a measure that is also the beginning of another word
    "年": "(?!级|代|轻)",
    "日": "(?!报|常|益|本|前|后|夜)",
    "号": "(?=[楼院线厅馆])",
    "时": "(?!候|代)",
    "点": "(?!候|代)",
    "种": "(?!植)",
    "头": "(?!部)",
    "部": "(?!分|门|队|署)",
    "路": "(?=公交|车)",
}
COUNTED = f"(?:{'|'.join(word + _BESIDE.get(word, '') for word in _MEASURES)})"
"""What stands behind a number, so that a numeral in front of it is one: measure words, units, parts of a date."""

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "赖康施洪温樊殷颜庄章鲁倪庞邢俞翟聂葛柴骆焦柳欧祝纪耿芦符辛詹靳祁涂兰甘裴童翁霍阮尤岳柯牟滕舒饶冉鲍屈喻蒲闵邬费晏隋穆姬瞿艾鄢桂窦郁缪巩卓褚栾戚娄甄岑臧佘卞虞匡栗佟邝荆寇屠鞠奚闻冼郜蔺萧傅阎常易乔文季安"
    "伍齐关包申毕盛时牛管司左凌成景曲苗路宁单梅苑柏游裘仇解应宗车房植麦喇丛蒙敖楚项刁苟桑冷华尚米连沙古阳支茅杭宫卫党原边储代强仲池滑阙谷查晋辜练商区鄂冀揭"
)
"""The hundred commonest (Ministry of Public Security 2021), and rarer ones that bylines have."""
COMPOUND_SURNAMES = (
    "欧阳", "司马", "诸葛", "上官", "夏侯", "东方", "皇甫", "令狐", "公孙", "慕容", "司徒", "司空", "端木", "尉迟",
    "长孙", "宇文", "申屠", "张简", "范姜",
)  # fmt: skip
SURNAMES_ALSO_WORDS = frozenset("曾向于任时方常成连应强单关管解商车路房米党区季文")  # a verb stands behind: 曾效力

JOBS = ("记者", "通讯员", "特派员", "报道员", "评论员", "实习生", "撰稿人")
OUTLET_ENDS = ("报", "网", "社", "台", "刊", "新闻", "客户端", "公众号", "融媒", "融媒体", "在线")
NO_PERSON = tuple(
    """
    未知 未署 佚名 不详 无名 暂无 匿名 整合 综合 原创 转载 本站 来源 作者 采写 文章 责任 发布 站长 用户 网络 小编 管理员
    编辑 责编 网 报 社 刊 电视 电台 卫视 频道 新闻 媒体 客户端 部 局 中心 公司 政府 委员 办公
    """.split()  # noqa: SIM905
)
"""Words of what stands where a writer's name is sought: one in it, and it is nobody's."""

KINDS_OF_PLACE = "省市区县旗镇乡村街州国"  # the last character of a place's full name
LANDMARKS = "河江湖山岛湾桥庄店屯沟"

CITIES = tuple(
    """
    台北 新北 桃园 台中 台南 高雄 基隆 新竹 嘉义 苗栗 彰化 南投 云林 屏东 宜兰 花莲 台东 澎湖 金门 马祖 北京 上海
    南京 广州 重庆 天津 武汉 香港 澳门 首尔 东京 大阪 华盛顿 纽约 洛杉矶 旧金山 芝加哥 伦敦 巴黎 柏林 布鲁塞尔 日内瓦
    莫斯科 罗马 雅加达 曼谷 新加坡 吉隆坡 河内 马尼拉 新德里 雪梨 悉尼 渥太华 多伦多 华沙 维也纳 耶路撒冷 开罗
    """.split()  # noqa: SIM905
)
"""Where correspondents write from; a dateline sets the place right behind the name."""
OLD_NAMES = tuple(
    tuple(line.split())
    for line in """
    巴勒斯坦 巴力斯坦
    意大利 义大利 意大里
    新西兰 纽西兰
    老挝 寮国
    斯大林 史太林 史达林
    沙特阿拉伯 沙乌地阿拉伯
    阿拉伯 阿剌伯 亚剌伯
    希特勒 希忒勒 希特拉
    墨索里尼 墨索利尼 慕沙里尼
    丘吉尔 邱吉尔
    捷克斯洛伐克 捷克斯拉夫
    新加坡 星加坡
    特朗普 川普
    奥巴马 欧巴马
    里根 雷根
    布什 布希
    戈尔巴乔夫 戈巴契夫
    普京 普丁 蒲亭
    斯里兰卡 锡兰
    朝鲜 北韩
    韩国 南韩
    埃塞俄比亚 衣索比亚 阿比西尼亚
    南斯拉夫 犹哥斯拉夫
    华盛顿 华盛敦
    日内瓦 寿府
    旧金山 三藩市 桑港
    苏伊士 苏彝士
    尼赫鲁 尼黑鲁
    """.strip().splitlines()
)
"""The modern name first, then those of Taiwan or of the old press; none that is a word of today (雪梨)."""

PRONOUNS = "我你您他她它谁这那哪咱"
PARTICLES = "的了"
MOODS = "吗呢吧啊呀"  # particles at the end of a question
LINKS = "和与及或"
COVERBS = "在由被把于对将为从向以使让给比"
_ADVERBS = "不没也都还"
NOT_IN_NAMES = frozenset(PARTICLES + MOODS + LINKS + _ADVERBS + "在被把是有说")  # characters that a name hardly has
ADDRESSING = frozenset(
    """
    的 了 吗 呢 吧 啊 呀 在 是 有 和 到 为 给 都 这 那 我 你 您 我们 你们 这个 哪些 哪位 哪家 谁 什么
    怎样 多 可以 可 能 会 请 请问 个 位 人 问
    """.split()  # noqa: SIM905
)
"""Function words of whatever is said to somebody who is to answer."""
FUNCTION_WORDS = ADDRESSING | frozenset(
    """
    么 与 及 或 等 被 把 将 对 从 向 由 于 以 让 也 就 还 又 再 很 更 最 不 没 没有 其 此 该 各 每 之 所
    而 且 但 并 并且 如果 因为 所以 以及 还是 或者 他 她 它 他们 她们 它们 那个 这些 那些 这里 那里 这次
    那次 哪 哪个 哪里 哪儿 哪一 哪年 哪天 哪月 哪几 什么样 什么时候 为什么 为何 如何 怎么 怎么样 多少
    多久 多大 多长 多远 多高 几 几个 几次 几家 何时 何地 何人 何处 何种 是否 能否 要 想 知道 告诉 告诉我
    一下 关于 有关 根据 据 按照 通过 进行 时候 时间 地方 一个 一些 一种 名 项 次 种 家 条 年 月 日 号 里
    中 上 下 内 外 前 后 说 叫 做 用 来 去 过 着 地 得 只 才 已 已经 曾 曾经 正在 是什么 是谁 有多少
    有哪些 有没有 还有 后来 当时 共 一共 总共 分别 具体
    """.split()  # noqa: SIM905
)
"""Words of a question, or of any sentence, that say nothing about what is asked for."""
POINTING = re.compile(r"[这那哪几多].{0,2}")  # a whole word: this one, that day, which floor, how many sheets

STATING = ("表示", "认为", "指出", "强调", "提出", "坦言")
SPEAKING = (*STATING, "说", "介绍", "告诉", "感慨", "感叹", "回忆")  # these may be nouns, or parts of other words
STORIES = ("新闻报道", "新闻稿件", "新闻稿", "报道", "报导", "文章", "新闻", "消息", "稿件", "稿子", "篇目", "稿")
WRITERS = ("记者", "作者", "通讯员")
QUESTION_WORDS = ("什么", "哪", "谁", "几", "多少", "怎么", "怎样", "为何", "如何", "吗", "是否")
ASKING = any_of([*QUESTION_WORDS, "多", "何时", "何地", "呢"])
"""A pattern of what makes a phrase a question, or a part of one."""

LONG_UNITS = (
    "(?:平方|立方)(?:公里|[千厘毫分]?米)|公[里斤顷升分]|[厘毫分微纳]米|[毫微]克|毫升|[兆吉]瓦时|[兆吉]瓦|瓦时|"
    "[英海]里|英[尺寸镑]|"
    "[美欧日港]元|个百分点|百分点|分钟|小时|周[年岁]|[人架车班列航辆]次"
)
"""A pattern of the units that are more than their first character."""
BOUNDS_BEFORE = {
    **dict.fromkeys(("超过", "超", "逾", "突破", "至少", "不少于", "不低于", "多于", "高于", "大于"), ">"),
    **dict.fromkeys(("近", "将近", "接近", "不足", "不到", "至多", "不超过"), "<"),
    **dict.fromkeys(("少于", "低于", "小于", "未满", "不满"), "<"),
    **dict.fromkeys(("约", "大约", "大概"), "~"),
}
BOUNDS_BEHIND = {"以上": ">", "以下": "<", "以内": "<", "左右": "~", "上下": "~"}
"""What says that an amount is more, less or about what its number says."""
NO_BOUND_BEHIND = "附最临邻就贴靠节预纽合签违条契"  # behind these, what is written as such a word is a part of another

DENIALS = frozenset(
    """
    不 没 没有 未 无 非 未能 不能 不会 不再 不得 不是 并非 不准 不可 不许 尚未 从未 并未 无法 无需 不必 不用
    不足 不要 禁止 严禁 拒绝 否认 取消 停止 暂停
    """.split()  # noqa: SIM905
)
"""Words that turn what a clause says into its contrary."""
DENYING = "未不非无没"
"""Characters that turn the word behind them into its contrary: 未成年."""
CONTRARIES = (
    ("上涨升增加多添长扩高提超", "下跌降减少低短缩滑落削欠"), ("进入到来返", "出退离走去撤"), ("内中", "外"),
    ("前先早首初始起开", "后晚迟末终尾止结闭关停"), ("昔古往", "今"), ("大巨", "小微"),
    ("男父夫兄雄", "女母妻姐雌"), ("优好善良佳美", "劣坏恶差丑糟"), ("城市镇", "乡农村"), ("东", "西"),
    ("南", "北"), ("左", "右"), ("昼日白", "夜黑晚"), ("晴", "阴雨"), ("晨", "昏暮"), ("冷寒凉", "热暖暑温"),
    ("干旱", "湿潮涝"), ("强盛增", "弱衰削"), ("轻", "重"), ("快速急迅", "慢缓"), ("远", "近"), ("深", "浅"),
    ("厚", "薄"), ("粗", "细"), ("宽", "窄"), ("松", "紧严"), ("硬", "软"), ("贫穷", "富"), ("贵", "贱廉"),
    ("安稳", "危险乱动荡"), ("利益", "弊害损"), ("奖褒赞", "罚惩贬批"), ("攻", "守"), ("推助帮支促", "阻碍反抵妨"),
    ("保护修建救", "破坏毁拆害"), ("立设建", "废撤拆"), ("聚集", "散"), ("分", "合"), ("续持继", "止断停辍"),
    ("接受纳迎收", "拒送推发"), ("完成胜赢", "败弃负输"), ("得获", "失丢"), ("收", "支付免"), ("买购进", "卖售销"),
    ("盈赚", "亏赔"), ("供", "需"), ("存", "贷取"), ("借", "还"), ("真实", "假伪虚"), ("正", "反负副误"),
    ("对", "错"), ("主", "次从客副"), ("公官国", "私民"), ("单", "双"), ("奇", "偶"), ("整全总", "零分缺"),
    ("常", "罕"), ("繁复", "简"), ("难", "易"), ("敌", "友"), ("战", "和"), ("同", "异反否"), ("允许准", "禁拒"),
    ("可能", "否"), ("有", "无没"), ("已", "未尚"), ("积", "消"), ("喜乐", "悲忧哀苦"), ("甘", "苦"),
    ("爱", "恨憎"), ("亲", "疏"), ("满足充", "空缺"), ("显明", "隐暗"), ("清洁净", "浊污脏"), ("活生", "死亡灭逝"),
    ("健", "病"), ("勤", "懒"), ("俭", "奢"), ("新", "旧老陈"), ("老长", "幼少青"), ("顺", "逆"), ("横", "竖纵"),
    ("直", "曲弯"), ("兴荣", "衰亡"), ("浮", "沉"), ("静", "动闹"), ("任聘招", "免辞裁解"), ("捕抓拘押", "释放"),
    ("守遵", "违"), ("承肯认", "否"), ("信", "疑"), ("取", "舍弃"), ("通畅", "堵断塞"), ("启开放", "闭停封关"),
    ("装载", "卸"), ("穿戴", "脱摘"), ("海", "陆"), ("师", "生"), ("医", "患"), ("晋升", "降贬"), ("丰", "歉"),
    ("问", "答"),
)  # fmt: skip
"""Characters of words that say the contrary of each other: any of the one side of any of the other."""
ALTERNATIVES = (
    "内外际", "春夏秋冬", "一二三四五六七八九十", "东南西北中", "上中下", "大中小", "初中高", "早中晚", "前中后",
    "年季月周日", "省市县区乡镇村", "海陆空", "金银铜", "红黄绿蓝紫黑白", "甲乙丙丁", "父母", "优良差", "农工商",
    "文理", "水火电气",
)  # fmt: skip
"""Characters of words that are otherwise alike and exclude each other: 春季, 秋季."""

# The parts of speech are ICTCLAS's, as jieba gives them; each of these begins all tags of its kind.
PERSON = "nr"
NAMES = (PERSON, "ns", "nt", "nz")  # of people, places, bodies, and others

# Patterns, to be put into others.
YEAR = r"(?:19|20)\d\d"
FULL = r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
DAY = r"(?:\d{4}\s*年\s*)?(?:\d{1,2}\s*月\s*)?\d{1,2}\s*日"
"""A day that may leave its month and year to what it stands in."""
GRAINS = (
    r"\d{4}年|[今去前明本当]年|上一年",
    r"\d{1,2}月(?:份)?|[上本这下当]个?月",
    r"\d{1,2}[日号]|[昨今前明]天|[昨今前明当]日",
)
"""A year, a month, a day, each by itself."""
PART_OF_DAY = "[上下]午|凌晨|晚上?"
LATELY = "近日|近期|昨日|昨天|日前|今日|今天|当日|当天|连日|目前"

YEARS = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1}  # from this year
DAYS = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0,
    "明天": 1, "明日": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
"""From today."""
WEEKDAYS = "一二三四五六日"  # from Monday
_IN_DATES = f"{NUMERAL[:-1]}廿卅]"  # 廿四日, 卅一年
_OF_MONTH = rf"(\d{{1,2}}|{_IN_DATES}{{1,3}})"
REPUBLIC_DAY = rf"民国\s*(元|\d{{1,3}}|{_IN_DATES}{{1,4}})\s*年\s*{_OF_MONTH}\s*月\s*{_OF_MONTH}\s*日"
"""A day in the calendar of the Republic, with its year, month and day as groups."""
WRITTEN_DAY = rf"([一二][〇零○{DIGITS}]{{3}})\s*年\s*({NUMERAL}{{1,2}})\s*月\s*({_IN_DATES}{{1,3}})\s*日"
"""A day without digits (二〇二六年五月二十日), with the same groups."""
STEM_YEAR = "[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年"
"""A year of the farmers' calendar."""


def iso(year: str | int, month: str | int | None = None, day: str | int | None = None) -> str | None:
    """A date in ISO 8601 of as many parts as are given; None where the calendar has no such day."""
    try:
        full = date(int(year), int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return None
    return full[: 10 if day else 7 if month else 4]


def republican(year: int, month: int, day: int) -> str | None:
    """A day of the Republic's calendar, whose first year is 1912, in ISO 8601; None where there is no such day."""
    return iso(1911 + year, month, day)


def has_surname(name: str) -> bool:
    """Whether a name begins with a surname."""
    return name[:1] in SURNAMES or name.startswith(COMPOUND_SURNAMES)
