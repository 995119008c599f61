"""The wording signals: what each one searches for and its message.

No pattern contains a sentence of the labelled test set; docs/wording.md shows the accuracy of each signal on that set.
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
    """One sign of empty wording: where and how to search for it, and the message.

    Attributes:
        patterns: Regular expressions; at least one must match.
        unless: Regular expression that must not match in the same text.
        applies_to: Paths of the texts to search.
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


# --- traces of a fact: beside one of them a set phrase is not empty --------------------------------------------------

COUNTED = (
    r"\d|[一二两三四五六七八九十百几半](多)?(次|回|遍|趟|天|周|份|件|篇|户|处|小时|分钟|张|笔|盒|批|公里|块钱|万|页|台|包|节|半)"
    r"|[二两三四五六七八九十](起|种|套|项|人|条|句)|(?<!这)[两三四五六七八九十半]年|[一二两三四五六七八九十几]个(多|半)?(月|小时|星期|村|周末)"
)
"""A number with the thing counted."""
DATED = (
    r"那(天|次|回|件|条|张|笔|段|晚|位|份|户|家|年)|这(件|笔|份)|当(天|场|众)|前天|昨天|昨晚|上(周|月|个月|星期|季度|回|半年)"
    r"|去年|前年|半天|夜里|深夜|国庆|春节|中秋|清明|(周|星期)[一二三四五六日]"
)
"""A date or an occasion."""
HAPPENED = (
    r"从(不|没|未|来不|来没)|没人|不知道|答不|才(知道|发现|报告|动手|去|办|交|补|说|想起|肯|上交)|(说|问|回|喊|写|叫)[^，。；]{0,6}[“‘]"
    r"|导致|造成|投诉|举报|顶撞|发火|拍桌|丢了|漏(报|填|检|记|办|签)|出错|写错|推诿|敷衍|缺席|迟到|早退|旷工|拖(了|到|着|欠)"
    r"|压(了|着)|超期|过期|代签|补签|编的|抄的|群里|朋友圈|家族群|没(能|按)|没有(去|来|参加|履行|按|办|报|请|交|写|做)|未(按|能|及时|完成|参加|落实|履行)|例如|比如|譬如|白跑|害得"
)
"""Something that happened or failed to happen."""
FAULT = r"生硬|粗暴|冷淡|不耐烦|马虎了事|怕得罪|怕担责|先斩后奏|牢骚|搞特殊|讲排场|(?<!被人)占便宜|撒谎|搪塞|糊弄|打断|吼|骂|摔|哭|躲|不按|不接|不回"
"""A fault named directly."""
YOU_DID = (
    r"你(把(?!自己)|让|却|没(?!什么|有什么|啥)|只(?!是|要)|先(?!要)|见了|一口|替|拿(?!出)|又|才|嫌|抢|溜|收|交给|答应过"
    r"|不(管|理|问|签|办|交|报|去|来|肯|敢))|(可|但|不过)(是)?你(?!.{0,2}(要|得|该|应))"
)
"""Something that the person criticised did."""
I_DID = r"(?<!自)我(?!们|的|在|对|作为|认为|觉得|感到|深知|局|所|科|处|支部|单位|国|党|个人)|本人(没|未|却|把)"
"""Something that the writer did; 「我局」 and 「我的」 do not count."""


def clause_without(words: str, min_chars: int) -> str:
    """A pattern for a clause of at least ``min_chars`` characters that contains none of the words.

    Set phrases come in clusters: a clause without any of their words usually states a fact.
    """
    return (
        rf"(?:^|[，。；：！？,;:!?\s])(?:(?!{words})[^，。；：！？,;:!?\s]){{{min_chars},}}(?=[，。；：！？,;:!?\s]|$)"
    )


ADVICE_WORDS = "多|再|更|要|让|可以|应该|适当|注意|加强|希望|建议|进一步|继续|一些|一点|经验|效果|作用|成绩|共勉"
PRAISE_WORDS = "很|太|最|好|都|优秀|榜样|累|歇|休息|心疼|便宜|荣誉|成绩|影响|缺点|毛病|意见|家里|紧张|辛苦|保重|身体|学习|注意|挑不出|愉快"
TRIFLE_WORDS = "有时|偶尔|容易|不够|整洁|习惯|不太|比较|有点|有些|太|偏|遇事|干什么|身体|听|看着|看不|形象|语气|睡|精神|收拾|发言|说话|一些|不好|急躁|影响"
SET_WORDS = (
    "不(够|足|强|高|深|透|牢|紧|实|严|多|细致|全面|扎实|自觉|主动|经常|系统|密切)|较少|陈旧|单一|有待|需要?|进一步|加强|提高|提升|增强"
    "|改进|差距|情绪|心态|现象|思想|精神|意识|觉悟|放松|弱化|淡化|减退|松懈|脱节|表面|过得去|按部就班|一知半解|虎头蛇尾|得罪人"
    "|作用|要求|水平|能力|素质|作风|学习|理论|创新|担当|力度|方法|主动|积极|自觉|难题|困难|入脑入心|思路"
)
EXCUSE_WORDS = (
    "忙|时间|任务|加班|精力|工作|事务|业务|头绪|人手|编制|经费|机制|制度|体制|客观|历史|上级|培训|条件|难免|难以|无法|没有|顾此失彼"
    "|改变|环境|监督|责任|考核|学习|矛盾|突出|保证|面面俱到|理顺|调整|排长队|挤占|多|少|家里|疲于|抽不|腾不"
)
SLOGAN_WORDS = (
    "学习|理论|政治|思想|意识|宗旨|服务|作风|效率|能力|水平|素质|工作|要求|整改|责任|担当|纪律|规矩|监督|基层|群众|根基|基础|精神"
    "|党员|组织|任务|自身|自己|改正|改进|契机|做到|敢于|努力|认真|积极|主动|自觉|不断|进一步|更加|更好|切实|坚决|持续|加强|提高|提升"
    "|增强|强化|牢固|树立|转变|深入|帮助|辜负|承诺|问题|不足|毛病|方法|观念|信念|今后|抓到底|批评|有则改之|本领"
)
OWN_FAULT = (
    r"主观|借口|归根|根子|说到底|不是理由|托词|怕|挡箭牌|心思|心里"
    r"|私心|不愿|不肯|不想|懒|图(省|轻|快)|政绩|虚荣|名利|嘴上|认为|觉得|反而|其实|实际|嫌|责任心|我(没|却|把|不|一天|拖)"
)
"""A cause that lies with the writer."""
CHECKABLE = (
    r"\d|[一二两三四五六七八九十]+(次|篇|份|小时|户|人|节|遍|家|天)|每(天|周|月|季|半月|次|年|晚|日)|(月底|年底|清明|节|周末)前|前(完成|交|报|写|补|把)|从.{1,3}起"
    r"|由.{1,8}(负责|核对|检查|监督|抽查)|请.{1,6}(监督|核对|检查|抽查|当|作证)|交.{1,8}(看|查|核|审)|贴[在到]|名单|登记|签字|收据|上门|公开栏|换成|退[回还]|补[齐问签交]|当[天日场面]|不再|发现一"
)
"""What will be done, by whom, or by when."""
OF_ANOTHER = f"{COUNTED}|{DATED}|{HAPPENED}|{FAULT}|{YOU_DID}"
"""A fact in a criticism."""


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
    unless=f"{OF_ANOTHER}|{clause_without(ADVICE_WORDS, 9)}",
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
    unless=I_DID + "|我在|我对|我的|我个人|本人|我作为",
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
    unless=I_DID + "|我在|我对|本人",
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
    unless=f"{OF_ANOTHER}|会后|背后|挡箭牌|我看是|{clause_without(PRAISE_WORDS, 7)}",
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
    unless=f"{OF_ANOTHER}|{clause_without(TRIFLE_WORDS, 7)}",
)

PLATITUDE = Signal(
    "WORD-06",
    stage="reviews",
    title="用语提示：空泛套话、没有事例",
    message="{whose}“{text}”比较空泛，没有事例。",
    fix="可以加上一个时间、一件事或一个数字。",
    fix_after="请核对原话原文；当时就是这样写、这样说的，如实保留。",
    demand="reviews.concrete",
    applies_to=(*FACT, *CRITICISM),
    why="A set phrase without an example: no date, no number, no event.",
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
    unless=f"{OF_ANOTHER}|{I_DID}|每次|体现在|{clause_without(SET_WORDS, 6)}",
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
    unless=f"{OWN_FAULT}|{clause_without(EXCUSE_WORDS, 5)}",
)

EMPTY_MEASURE = Signal(
    "WORD-09",
    stage="rectification",
    title="用语提示：空头整改措施",
    message="{whose}中，{what}“{text}”不够具体。",
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
    unless=f"{CHECKABLE}|{clause_without(SLOGAN_WORDS, 5)}",
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
    unless=r"$^",
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
