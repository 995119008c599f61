"""What each wording signal looks for and says.

No sentence of the labelled set in the tests stands in a pattern; docs/wording.md shows how well each does on it.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    """One sign of hollow wording: where it is looked for, how, and what is said.

    Attributes:
        patterns: Regular expressions; one must be found.
        unless: Regular expression that must not be found in the same text.
        applies_to: Paths of the texts.
        why: What it means, in the words of the rule's explanation.
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
    needs: tuple[str, ...] = ()


ADVICE = Signal(
    "WORD-01",
    stage="meeting",
    checkpoint="meeting",
    title="用语提示：以工作建议代替批评意见",
    message="{whose}“{text}”像是工作建议，没有指出问题。",
    fix="可以先说问题和事例，再提建议；会上原话如此的，如实保留。",
    demand="meeting.no_advice",
    applies_to=CRITICISM,
    why="A criticism that only advises on work: no fault is named.",
    patterns=(
        r"希望.{0,8}(加强|多|进一步|继续)",
        r"建议.{0,6}(多|加强|进一步|注重|适当)",
        r"(能|可以)(够)?再.{0,6}(一些|一点|就好)",
        r"今后.{0,6}(多|要|注意|加强)",
        r"(在|把).{0,12}(下|上)?(更大|更多)(的)?(功夫|力气|精力)",
        r"多(与|和|跟)(同志|大家|科室|基层).{0,4}(沟通|交流|联系)",
        r"(共勉|与.{1,4}共勉)",
        r"(可|不妨|应|该)适当(放手|休整|创新|加压)",
    ),
    unless=r"没有|没能|没按|未(按|能|及时|完成|参加|落实|履行)|迟到|早退|拖了|拖延|漏(报|填|检|记|办)|出错|推诿|敷衍|缺席|发火|顶撞|不接|不回|不按",
)

OTHERS = Signal(
    "WORD-02",
    stage="reviews",
    title="用语提示：以集体问题代替个人问题",
    message="{whose}中，“{text}”说的是集体，没有落到本人。",
    fix="请本人写明自己做了什么、没做什么。",
    demand="reviews.own_problems",
    applies_to=FACT,
    why="A problem of the group stands where the own one should.",
    patterns=(
        r"我们(支部|班子|科室|单位|局)",
        r"(大家|同志们)(都|普遍)",
        r"(支部|班子)(整体|总体|普遍)",
        r"党员队伍(中|里)?",
        r"(部分|有些|一些)(党员|同志|干部)",
        r"(单位|机关|系统)(内)?(普遍|存在)",
        r"(普遍|共同|共性)(存在|的)?问题",
    ),
    unless=r"我(本人|自己|个人|负责|分管|没|却|对)|本人|我作为",
)

LECTURE = Signal(
    "WORD-03",
    stage="reviews",
    title="用语提示：以讲道理代替谈问题",
    message="{whose}中，“{text}”以讲道理为主。",
    fix="请本人写自己的具体问题。",
    demand="reviews.no_lecturing",
    applies_to=FACT,
    why="A principle stands where a problem should.",
    patterns=(
        r"作为(一名)?(共产)?党员[,，]?(必须|应当|应该|就要|要)",
        r"(只有|唯有).{2,20}才能",
        r"(指出|强调)[:：,，]",
        r"(重要意义|重大意义|深远意义)",
        r"(批评和自我批评|理论学习)是.{0,16}(法宝|武器|必修课|总开关)",
        r"(俗话说|古人云|常言道|众所周知)",
    ),
    unless=r"我(没|未|却|在|曾|把|还|只|有|对|缺)|本人",
)

FLATTERY = Signal(
    "WORD-04",
    stage="meeting",
    checkpoint="meeting",
    title="用语提示：一团和气、明贬暗褒",
    message="{whose}“{text}”像是表扬或客气话。",
    fix="可以说说实际存在的问题；会上原话如此的，如实保留。",
    demand="meeting.no_flattery",
    applies_to=CRITICISM,
    why="A criticism that praises, or names a fault that is none.",
    patterns=(
        r"对自己(要求)?太(严|高|苛刻)",
        r"(工作|干活)太(拼|认真|投入|辛苦)",
        r"(不注意|要注意|多注意|保重)(休息|身体|劳逸)",
        r"(没有|没)(什么|啥)?(大的)?(意见|缺点|毛病)",
        r"(都|一直|总体)(上)?(很|挺|非常)(好|优秀|不错)",
        r"值得(我|我们|大家|年轻)?.{0,4}学习",
        r"(瑕不掩瑜|金无足赤|人无完人)",
        r"(太|过于)(谦虚|老实|善良|低调|厚道)",
    ),
    unless=r"没有|没能|没按|未(按|能|及时|完成|参加|落实|履行)|迟到|早退|拖了|拖延|漏(报|填|检|记|办)|出错|推诿|敷衍|缺席|发火|顶撞|不接|不回|不按",
)

TRIFLE = Signal(
    "WORD-05",
    stage="meeting",
    checkpoint="meeting",
    title="用语提示：隔靴搔痒、鸡毛蒜皮",
    message="{whose}“{text}”没有触及实质。",
    fix="可以说说具体事例和带来的影响；会上原话如此的，如实保留。",
    demand="meeting.bite",
    applies_to=CRITICISM,
    why="A criticism of trifles and temper, with neither an instance nor a consequence.",
    patterns=(
        r"(说话|讲话)(有点|比较|太)?(直|快|冲)",
        r"(性子|性格|脾气|为人)(有点|比较|有些|太|上)?急",
        r"(有|存在)(些|一些|一点)?急躁情绪",
        r"(桌面|办公桌|卫生|内务)",
        r"(爱|少|多)(抽烟|喝酒|打游戏|锻炼)",
        r"(话|发言)(比较|有点|太)?少",
    ),
    unless=r"[0-9]|导致|造成|投诉|当众|顶撞",
)

PLATITUDE = Signal(
    "WORD-06",
    stage="reviews",
    title="用语提示：空泛套话、没有事例",
    message="{whose}“{text}”比较空泛，没有事例。",
    fix="可以加上一个时间、一件事或一个数字；会上原话如此的，如实保留。",
    demand="reviews.concrete",
    applies_to=(*FACT, *CRITICISM),
    why="A set phrase without an instance: no day, no number, nothing that happened.",
    patterns=(
        r"(理论|政治|业务)?学习(还)?(不够|不)(深入|系统|自觉|主动|经常|深)",
        r"创新(意识|精神|能力)?(还)?(不够|不)(强|足)?",
        r"宗旨意识(还)?(不够|不|有待|淡)",
        r"(联系|服务)群众(还)?(不够|不)(紧密|密切|主动)?",
        r"有待(于)?(进一步)?(加强|提高|提升|改进)",
        r"(政治)?(敏锐性|鉴别力|站位)(还)?(不够|不)(强|高)?",
        r"(党性|修养)(锻炼|修养)?(还)?不够",
        r"(主动性|积极性|责任心|大局意识|担当)(还)?(不够|不)(强|足)?",
        r"(深度|广度)(和(深度|广度))?(都)?不够",
    ),
    unless=r"[0-9]|[一二三四五六七八九十两]+(次|天|份|件|项|篇|户|起|处|小时|分钟|个月|人)|去年|上周|上月|那次|当天|例如|比如|导致|造成",
)

NOBODY = Signal(
    "WORD-07",
    stage="meeting",
    checkpoint="meeting",
    title="用语提示：拐弯抹角、不点人",
    message="{whose}“{text}”没有点明本人。",
    fix="可以直接指出对方的问题；会上原话如此的，如实保留。",
    demand="meeting.direct",
    applies_to=CRITICISM,
    why="A criticism that means nobody.",
    patterns=(
        r"个别(同志|党员|人|科室)",
        r"有的(同志|党员|人)",
        r"某些(同志|党员|人|方面)",
        r"(少数|部分)(同志|党员|单位)",
        r"(有人|同志们?)(认为|觉得|反映)",
    ),
    unless=r"你|您",
)

EXCUSE = Signal(
    "WORD-08",
    stage="reviews",
    title="用语提示：强调客观、辩解开脱",
    message="{whose}中，根源“{text}”强调客观原因。",
    fix="请本人再想一想主观上的原因。",
    demand="reviews.views",
    applies_to=CAUSE,
    why="A cause that lies with circumstances alone.",
    patterns=(
        r"(由于|因为).{0,8}(忙|繁忙|繁重)",
        r"工学矛盾",
        r"客观(上|原因|条件)",
        r"时间紧.{0,3}任务重",
        r"(人手|人员|力量|编制)(少|不足|紧张|不够)",
        r"(历史(遗留|原因)|体制(机制)?原因)",
    ),
    unless=r"主观|借口|归根|根子|不是理由|怕",
)

EMPTY_MEASURE = Signal(
    "WORD-09",
    stage="rectification",
    title="用语提示：空头整改措施",
    message="{whose}中，{what}“{text}”不够具体。",
    fix="请写明做什么、谁来做、何时完成。",
    demand="rectification.measures",
    applies_to=("MemberReview.items.measure", "RectItem.measure", "Pledge.text"),
    why="A measure that nobody could check: neither what, nor who, nor by when.",
    patterns=(
        r"(进一步)?加强.{0,6}学习",
        r"提高.{0,6}(认识|站位|能力|水平|素质)",
        r"(增强|强化).{0,8}(意识|观念|担当)",
        r"(努力|认真)(改进|改正|整改|做好|提高)",
        r"今后(一定)?(注意|改正|努力|加强)",
        r"不断(完善|提升|改进|加强|提高)",
        r"严格要求自己",
        r"(切实|坚决|立即)(整改|改进|纠正|落实)",
    ),
    unless=r"[0-9]|[一二三四五六七八九十两]+(次|篇|份|小时|户|人)|每(天|周|月|季|半月)|前(完成|交|报)|由.{1,8}负责",
)

LEFT_OVER = Signal(
    "WORD-10",
    stage="reviews",
    title="用语提示：范文残留、未填完",
    message="{whose}中，“{text}”像是没有填完，或留有范文字样（“{hits}”）。",
    fix="请由本人据实填写。",
    demand="supervision.no_formalism",
    applies_to=EVERYTHING,
    why="Blanks not filled in, or what is left of a sample text.",
    patterns=(
        r"[×ＸX]{2,}(?![×ＸX]|镇|乡|村|街道|社区|路|小区)|(?<![A-Za-z])x{2,}(?![A-Za-z]|镇|乡|村|街道|社区|路|小区)",
        r"(某某|张三|李四)(同志)?",
        r"[【\[](请|此处|插入|填写|姓名|单位|日期).{0,12}[】\]]",
        r"(范文|参考模板|模板如下)",
        r"作为(一个)?(AI|人工智能|语言模型)|^(好的|当然)[,，].{0,12}(以下|为您)",
        r"(待补充|略去|同上略|此处省略)",
    ),
    unless=r"$^",
)

STALE = Signal(
    "WORD-11",
    stage="reviews",
    title="用语提示：沿用往年提法",
    message="{whose}中，“{text}”沿用了往年的提法“{hits}”。",
    fix="请核对是否属于本次要求。",
    general="zhunze-10",
    needs=("stale_terms",),
    applies_to=OWN_TEXTS,
    why="A term of an earlier campaign; looked at after all the other signals.",
)

