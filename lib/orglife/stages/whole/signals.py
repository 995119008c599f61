"""The wording signals: what each one searches for and its message; the word lists are in ``plain_words.toml``.

No pattern contains a sentence of the labelled test set; docs/wording.md shows the accuracy of each signal on that set.
"""

from __future__ import annotations

from dataclasses import dataclass

from orglife.stages.whole.plain_words import MOST_RESIDUE

CRITICISM = ("Criticism.text",)
FACT = ("MemberReview.items.fact",)
CAUSE = ("MemberReview.items.cause",)
OWN_TEXTS = (
    "Plan.contents",
    "Plan.phases",
    "TeamReview.items",
    "TeamReview.text",
    "MemberReview.items",
    "MemberReview.text",
    "Report.text",
)
EVERYTHING = (
    "Plan.contents",
    "Plan.phases",
    "Study.gist",
    "Talk.thoughts",
    "Talk.opinions_heard",
    "Talk.problems_pointed",
    "TeamReview.items",
    "TeamReview.text",
    "MemberReview.items",
    "MemberReview.text",
    "Meeting.briefing",
    "Meeting.speeches.points",
    "Meeting.summary.text",
    "Criticism.text",
    "Criticism.response",
    "Grade.opinion",
    "RectItem.title",
    "RectItem.measure",
    "Pledge.text",
    "Publication.text",
    "Filing.text",
    "Report.text",
)


@dataclass(frozen=True)
class Signal:
    """One sign of empty wording: where and how to search for it, and the message.

    Attributes:
        patterns: Regular expressions; at least one must match.
        unless: Regular expression that must not match in the same text.
        applies_to: Paths of the texts to search.
        facts: Kinds of facts that make a text plain whatever its phrases: names of ``plain_words.says``.
        clause: Name of a list and a number of characters: a clause of that length without any of its words is a fact.
        hollow: A hollow text is one even without any of the patterns.
        most_residue: How much a hollow text may say in words of its own (``plain_words.is_hollow``).
        parallel: A text is hollow that is made of parallel clauses (``plain_words.is_parallel``).
        why: Docstring of the rule made from it.
    """

    id: str
    stage: str
    title: str
    message: str
    fix: str
    applies_to: tuple[str, ...]
    why: str
    patterns: tuple[str, ...] = ()
    unless: str = ""
    checkpoint: str = "prep"
    demand: str = ""
    general: str = ""
    fix_after: str = ""
    facts: tuple[str, ...] = ()
    clause: tuple[str, int] = ("", 0)
    hollow: bool = False
    most_residue: int = MOST_RESIDUE
    parallel: bool = False


OF_ANOTHER = ("number", "when", "happened", "said", "faults", "you_did")
"""Facts in a criticism."""


ADVICE = Signal(
    "WORD-01",
    stage="meeting",
    checkpoint="meeting",
    title="用语提示：以工作建议代替批评意见",
    message="{whose}“{text}”像是工作建议，没有指出问题。",
    fix="可以先说问题和事例，再提建议。",
    fix_after="请核对会上原话；原话如此的，如实保留。",
    demand="meeting.no_advice",
    applies_to=CRITICISM,
    why="The criticism only gives advice about work and names no fault.",
    patterns=(
        r"(希望|盼望|期待|期望|望你|望您).{0,16}(加强|多(?!次|年|少)|进一步|继续|更加|再接再厉|取得|发挥|提升|提高|大胆)",
        r"建议.{0,8}(多(?!次|年|少)|加强|进一步|注重|适当|优化|继续|考虑)",
        r"(能|可以|要是)(够)?(再|更|多).{0,6}(一些|一点|些|点|就好|更好)",
        r"(今后|以后|往后|接下来|下一步|平时|平常).{0,10}(多(?!次|年|少)|要(?!不|求|么)|注意|应该|可以|加强|注重)",
        r"(在|把).{0,12}(更大|更多)(的)?(功夫|力气|精力|心思)",
        r"多(与|和|跟|同).{1,8}(沟通|交流|联系|聊|谈心)",
        r"(^|[，。；、]|要|应|可以)多(关心|关注|组织|学习|指导|听听|想想|走走|锻炼|帮带)",
        r"共勉",
        r"适当(放手|休整|创新|加压|分给|分担|授权|超脱)",
    ),
    facts=OF_ANOTHER,
    clause=("advice", 9),
)

OTHERS = Signal(
    "WORD-02",
    stage="reviews",
    title="用语提示：以集体问题代替个人问题",
    message="{whose}中，“{text}”说的是集体，没有落到本人。",
    fix="可请本人在会前写明自己做了什么、没做什么。",
    fix_after="保留原文。",
    demand="reviews.own_problems",
    applies_to=FACT,
    why="A collective problem is given instead of a personal one.",
    patterns=(
        r"(我们|咱们)(支部|班子|科|单位|局|所|队|窗口|机关|处|站|中心)",
        r"我(局|所|科|支部|单位)(的|党员|干部|存在|整体)",
        r"(大家|同志们|干部)(也)?(都|普遍)",
        r"(支部|班子|科室)(整体|总体|普遍|成员|组织生活)",
        r"党员队伍",
        r"(部分|有些|一些|少数|个别|全体)(党员|同志|干部)",
        r"(单位|机关|系统|科室)(内部|内|里|上下)?(普遍|都|对|存在)",
        r"普遍(存在|有|偏|不)|(普遍|共同|共性)(存在)?(的)?问题",
    ),
    unless="我在|我对|我的|我个人|本人|我作为",
    facts=("i_did",),
)

LECTURE = Signal(
    "WORD-03",
    stage="reviews",
    title="用语提示：以讲道理代替谈问题",
    message="{whose}中，“{text}”以讲道理为主。",
    fix="可请本人在会前写自己的具体问题。",
    fix_after="保留原文。",
    demand="reviews.no_lecturing",
    applies_to=FACT,
    why="A general principle is given instead of a problem.",
    patterns=(
        r"作为.{0,4}党员(干部)?[,，]?(就)?(必须|应当|应该|要|理应)",
        r"党员(干部)?(更)?(应当|应该|必须|理应)|合格的?(共产)?党员[,，]?(就)?(要|应|必须)",
        r"(只有|唯有).{2,24}(才能|方能|才会|方可)",
        r"(指出|强调)[:：,，]",
        r"(重要|重大|深远)(的)?意义|意义(重大|深远)",
        r"(批评和自我批评|理论学习|政治生活|作风|纪律|信念)[^，。；]{0,6}是.{0,18}(法宝|武器|必修课|总开关|生命线|基础|根本|传统|灵魂|良药)",
        r"俗话说|古人云|常言道|众所周知|古语",
        r"我们党(历来|始终|一贯|一直)",
        r"(作风|纪律|廉洁)(问题)?无小事|永远在路上|关系到党的",
    ),
    unless="我在|我对|本人",
    facts=("i_did",),
)

FLATTERY = Signal(
    "WORD-04",
    stage="meeting",
    checkpoint="meeting",
    title="用语提示：一团和气、明贬暗褒",
    message="{whose}“{text}”像是表扬或客气话。",
    fix="可以说说实际存在的问题。",
    fix_after="请核对会上原话；原话如此的，如实保留。",
    demand="meeting.no_flattery",
    applies_to=CRITICISM,
    why="The criticism praises, or names a fault that is not one.",
    patterns=(
        r"对自己.{0,4}(太|过于|过分)(严|高|苛刻|狠)",
        r"(工作|干活|干事|做事)(太|起来|过于).{0,3}(拼|认真|投入|辛苦|负责|不要命|较真|忘我)",
        r"(不注意|要注意|多注意|保重|爱惜)(休息|身体|劳逸)",
        r"(没有|没|挑不出|找不出|提不出).{0,3}(什么|啥|大的)?(意见|缺点|毛病)",
        r"(都|一直|总体|方面|整体).{0,6}(很|挺|非常|十分)(好|优秀|不错|到位|出色)|哪儿都好|样样都好",
        r"值得.{0,8}学习",
        r"瑕不掩瑜|金无足赤|人无完人",
        r"(太|过于)(谦虚|老实|善良|低调|厚道|实在|要强|能干|无私|敬业|好说话)",
        r"一心(扑|都|全)在?(工作|事业|单位)|心疼|我们的(榜样|表率|标杆)",
    ),
    unless="会后|背后|挡箭牌|我看是",
    facts=OF_ANOTHER,
    clause=("praise", 7),
)

TRIFLE = Signal(
    "WORD-05",
    stage="meeting",
    checkpoint="meeting",
    title="用语提示：隔靴搔痒、鸡毛蒜皮",
    message="{whose}“{text}”没有触及实质。",
    fix="可以说说具体事例和带来的影响。",
    fix_after="请核对会上原话；原话如此的，如实保留。",
    demand="meeting.bite",
    applies_to=CRITICISM,
    why="The criticism concerns trifles or temper, without an example or a consequence.",
    patterns=(
        r"(说话|讲话)(也|有时候?|有点|比较|太|过于|偏){0,3}(直|快|冲|急)",
        r"(性子|性格|脾气|为人|个性)(有点|比较|有些|太|上|偏|过于)?(急|慢|内向|倔|直)",
        r"(有|存在|有些|偶尔)(些|一些|一点|小)?急躁",
        r"桌面|办公桌|(?<!医)卫生(?!院|局|所|室|间|健康|监督)|内务|衣着|穿着|着装|普通话|字(写得|迹)|嗓门|语速",
        r"(爱|少|多|缺少|缺乏)(抽烟|喝酒|喝浓?茶|打游戏|锻炼|运动|熬夜)|烟抽",
        r"(?<!电)(话|发言)(比较|有点|太|很|不)?(少|多)(?!数|年|次)",
    ),
    facts=OF_ANOTHER,
    clause=("trifle", 7),
)

PLATITUDE = Signal(
    "WORD-06",
    stage="reviews",
    title="用语提示：空泛套话、没有事例",
    message="{whose}“{text}”比较空泛，没有说清谁、什么事、什么时候。",
    fix="可以加上一个时间、一件事或一个数字。",
    fix_after="请核对原话原文；当时就是这样写、这样说的，如实保留。",
    demand="reviews.concrete",
    applies_to=(*FACT, *CAUSE, *CRITICISM),
    why="A text that says neither who nor what nor when; set phrases support it.",
    patterns=(
        r"(学习|钻研|研究|调研|信念|锻炼|修养)(上|方面)?[^，。；]{0,6}(不(够|深|透|牢|紧|经常|系统|扎实)|在?表面|不足)",
        r"(意识|精神|劲头|韧劲|站位|敏锐性|鉴别力|主动性|积极性|责任心|担当|创新|标准|力度|作风|作用|素质|觉悟|观念|作为)[^，。；]{0,6}(不(够|强|足|高|牢|深|实)|欠缺)",
        r"(意识|精神|劲头|观念|宗旨|要求|自觉性)[^，。；]{0,3}(淡(了|薄|化)|减退|弱化|放松|松懈|下降)",
        r"(联系|服务|深入)(群众|基层)[^，。；]{0,3}(不(够|紧|密|多|主动)|较少)",
        r"(有待|需要?|须)(于)?(进一步)?(加强|提高|提升|改进|增强)",
        r"(理解|把握|认识|领会)[^，。；]{0,3}不(够|深|透|全面)",
        r"(有|存在)(一定|较大|不小|些)?的?(差距|畏难情绪|应付心态|老好人思想|厌战情绪|松懈思想)|还有差距",
        r"(深度|广度)(和(深度|广度))?(都)?不够|批评[^，。；]{0,8}不够",
    ),
    unless="每次|体现在",
    facts=(*OF_ANOTHER, "i_did", "motives"),
    clause=("platitude", 6),
    hollow=True,
)

NOBODY = Signal(
    "WORD-07",
    stage="meeting",
    checkpoint="meeting",
    title="用语提示：拐弯抹角、不点人",
    message="{whose}“{text}”没有点明本人。",
    fix="可以直接指出对方的问题。",
    fix_after="请核对会上原话；原话如此的，如实保留。",
    demand="meeting.direct",
    applies_to=CRITICISM,
    why="The criticism names no person.",
    patterns=(
        r"(个别|有的|有些|某些|少数|部分|一些)(年轻)?(同志|党员|干部|人|科室|单位|方面)",
        r"(有人|有同志|有党员|同志们?|大家)(都|普遍)?(认为|觉得|反映|议论)|有人(在背后|私下)",
        r"有(位|名|一位|一名|个别)(同志|党员|干部)",
        r"(我们|咱们)(当中|中间|之中|支部有)|那么(一|几|一两|两三)个人",
    ),
    unless=r"你|您|^[老小][^，。]{1,2}[，,：:]|(同志|书记|主任|科长|局长|所长|师傅)[，,：:]",
)

EXCUSE = Signal(
    "WORD-08",
    stage="reviews",
    title="用语提示：强调客观、辩解开脱",
    message="{whose}中，根源“{text}”强调客观原因。",
    fix="可请本人在会前再想一想主观上的原因。",
    fix_after="保留原文。",
    demand="reviews.views",
    applies_to=CAUSE,
    why="The cause is attributed to circumstances alone.",
    patterns=(
        r"(由于|因为).{0,8}(忙|繁重|任务重|任务多|加班)",
        r"工学矛盾",
        r"客观(上|原因|条件|因素)",
        r"时间紧.{0,3}任务(重|急|多)",
        r"(人手|人员|力量|编制|经费|资金)[^，。；]{0,2}(少|不足|紧张|不够|有限|短缺)",
        r"历史(遗留|原因)|体制(机制)?(原因|不|问题)|(机制|制度)不|缺(少|乏).{0,6}(机制|培训|监督)|没有理顺",
        r"(任务|事情|头绪|事务|业务量|工作量)(又|太|过|较|实在)?(多|大|杂)|千头万绪",
        r"没有?(组织|安排)过?.{0,6}培训|没有(精力|时间)|腾不出|抽不(开|出)",
        r"大环境",
    ),
    facts=("own_fault",),
    clause=("excuse", 5),
)

EMPTY_MEASURE = Signal(
    "WORD-09",
    stage="rectification",
    title="用语提示：空头整改措施",
    message="{whose}中，{what}“{text}”没有说清做什么、谁来做、何时完成。",
    fix="可以写明做什么、谁来做、何时完成。",
    fix_after="整改清单和承诺可以写明做什么、谁来做、何时完成；会前的提纲保留原文。",
    demand="rectification.measures",
    applies_to=("MemberReview.items.measure", "RectItem.measure", "Pledge.text"),
    why="A measure that cannot be checked: no action, no person, no date.",
    patterns=(
        r"(加强|加大|深化|强化).{0,8}(学习|教育|修养|锻炼|联系)",
        r"(提高|提升|增强|强化|树立|坚定).{0,10}(认识|站位|能力|水平|素质|意识|观念|担当|信念|思想|觉悟|本领|政绩观)",
        r"(努力|认真|切实|持续|坚决|立即|主动|彻底)(改进|改正|整改|做好|提高|克服|纠正|落实|转变|学习|担当)",
        r"(今后|以后)(在?(的)?工作中)?(一定|要|更加|加以){0,2}(注意|改正|努力|加强|细致|认真)",
        r"不断(完善|提升|改进|加强|提高|增强)",
        r"严格要求自己|严于律己|再接再厉|立行立改|学深悟透|一抓到底|动真碰硬|令行禁止|久久为功|有则改之",
        r"深入(基层|一线)|密切联系群众|(自觉|主动)接受.{0,4}监督|绷紧.{0,6}弦|筑牢.{0,6}(根基|防线)|严守.{0,10}(纪律|规矩)|以.{2,8}为契机",
        r"(积极|认真)(参加|参与)(组织生活|各项)|按时完成.{0,4}任务|虚心(听取|接受)|多向.{1,8}(请教|学习)",
    ),
    facts=("number", "when", "checkable"),
    clause=("slogan", 5),
    hollow=True,
    parallel=True,
    most_residue=120,  # of 264 plain measures none has so few words of its own without a fact
)

LEFT_OVER = Signal(
    "WORD-10",
    stage="reviews",
    title="用语提示：范文残留、未填完",
    message="{whose}中，“{text}”像是没有填完，或留有范文字样（“{hits}”）。",
    fix="请由本人据实填写。",
    fix_after="请写明情况。",
    demand="supervision.no_formalism",
    applies_to=EVERYTHING,
    why="Unfilled blanks, or remnants of a sample text.",
    patterns=(
        r"[×ＸX○]{2,}(?![×ＸX○]|镇|乡|村|街道|社区|路|小区)",
        r"xx(?<![A-Za-z]xx)x*(?![A-Za-z]|镇|乡|村|街道|社区|路|小区)",
        r"_{3,}|＿{2,}",
        r"某某(同志|党员|支部|单位|局|科|书记)|(张三|李四)(同志|(?=[，。、；：！？,;:!?\s）)对说向的])|$)",
        r"[【\[](请(?!假|示|求)|此处|插入|填写(?!人)|姓名|单位(名称)?[】\]]|日期[】\]]).{0,14}[】\]]?|[（(](单位名称|姓名|请(在|填|结合|根据).{0,10}|此处.{0,8})[）)]",
        r"(以下|本|该|此)(是|为)?[^，。；]{0,10}(范文|模板)|(范文|模板)(如下|仅供|供|[:：])",
        r"作为(一个)?(AI|人工智能|语言模型)|^(好的|当然)[,，].{0,12}(以下|为您)|为您(生成|撰写)|对您有帮助",
        r"待(补充|填写)(?<=[（(：:【\[]待..)|同上略|此处(省略|略去)|[（(]略[）)]",
        r"^待(补充|填写)",
    ),
)

STALE = Signal(
    "WORD-11",
    stage="reviews",
    title="用语提示：沿用往年提法",
    message="{whose}中，“{text}”沿用了往年的提法“{hits}”。",
    fix="请核对是否属于本次要求。",
    general="consistent",
    applies_to=OWN_TEXTS,
    why="A term of an earlier campaign; checked after all other signals.",
)
