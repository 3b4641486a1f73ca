"""Made-up Chinese prose about scientific instruments, assembled from sentences by a seeded choice."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

# Commas and colons of these texts are full-width, as print has them; those of the given text are ASCII.
_PRINTED = str.maketrans({",": "\uff0c", ":": "\uff1a", ";": "\uff1b"})


@dataclass(frozen=True, slots=True)
class Instrument:
    """What a sentence can say of one kind of instrument."""

    name: str
    part: str
    """The part that wears or ages."""
    quantity: str
    """What its users look at."""
    place: str
    """Where it stands."""
    sample: str
    """What is put into it."""


INSTRUMENTS = tuple(
    Instrument(*line.split())
    for line in """\
气相色谱仪 毛细管柱 基线噪声 环境监测站 水体中的挥发性有机物
液相色谱仪 输液泵密封圈 保留时间 药品检验所 中药提取液
三重四极杆质谱仪 离子源 质量准确度 食品检测中心 果蔬中的农药残留
原子吸收分光光度计 空心阴极灯 吸光度漂移 矿产实验室 土壤消解液
扫描电子显微镜 灯丝 图像分辨率 材料学院 合金断口
电子天平 称量传感器 示值误差 计量检定机构 标准砝码
高速冷冻离心机 转头 温度均匀性 生物医药企业 细胞裂解液
傅里叶变换红外光谱仪 分束器 波数重复性 化工园区 聚合物薄膜
激光粒度仪 样品池窗口 粒径分布 水泥企业 粉体浆料
热重分析仪 炉体热电偶 失重曲线 新能源研究院 电池正极材料
恒温恒湿试验箱 加湿水盘 湿度波动 汽车零部件工厂 线束与接插件
酸度计 玻璃电极 响应斜率 自来水厂 出厂水样
紫外可见分光光度计 氘灯 波长准确度 大学教学实验室 核酸溶液
电感耦合等离子体质谱仪 采样锥 检出限 半导体材料企业 高纯试剂
核磁共振波谱仪 液氦杜瓦 谱线线宽 化学研究所 有机合成产物
原子力显微镜 探针 形貌噪声 纳米中心 二维材料薄片
""".splitlines()
)


class Choice:
    """A seeded source of choices, the same on every Python: only `random()` is promised to stay as it is."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def number(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def one(self, things: Sequence[T]) -> T:
        """Return one of the things."""
        return things[self.number(0, len(things) - 1)]

    def some(self, things: Sequence[T], count: int) -> list[T]:
        """Return `count` different things in a drawn order."""
        left = list(things)
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(count)]


GENERAL = """\
一位在{place}工作多年的工程师告诉我们,{name}的账面价格往往只占全周期费用的{n}%左右,真正花钱的是停机和返工。
从去年的招标结果看,{name}的平均成交价下降了约{n}%,但用户更关心的是{quantity}能否长期稳定。
多数受访者认为,评价一台{name}应当回到样品本身,也就是{sample}测得准不准、测得快不快。
有关标准正在修订,征求意见稿把{quantity}的考核周期从一年缩短到了{k}个月。
在{place},每周大约要处理{m}批{sample},任何一次误判都会牵动后面的工序。
国内配套企业已经能够供应{part},交货期由原来的{k}个月缩短到三周以内。
需要提醒的是,{part}属于消耗件,采购合同里最好写明单价和供货年限。
业内普遍的看法是,{name}的竞争正在由参数转向服务,谁的响应快,谁就能留住用户。
记录显示,同一台{name}在不同人员手里,{quantity}的差别可以达到{k}倍,培训的作用不可低估。
如果预算有限,可以先保证{part}的质量,再考虑自动进样等附加功能。
{place}的做法值得参考:每天开机后先测一次质控样,连续{k}次合格才开始正式检测。
从长远看,把{sample}的数据积累成库,比多买几台{name}更有价值。
""".split("\n")[:-1]

THEMES: dict[str, tuple[str, ...]] = {
    "维护": (
        "{name}日常维护的{k}个要点",
        "{name}用得久不久,七分在选型,三分在养护。不少{place}的仪器不到五年就退役,原因大多出在日常维护上。",
        "首先要看环境。温度每变化一度,{quantity}就可能出现可见的偏移,因此空调的出风口不应正对仪器。",
        "其次是{part}。建议每{m}小时检查一次,发现污染及时清洗,清洗液的纯度不应低于分析纯。",
        "测完{sample}之后不要马上关机,用空白溶剂或清洁气体冲洗{n}分钟,可以明显减少残留。",
        "维护记录要写清日期、人员、动作和结果四项,只写一句“正常”的记录等于没有记录。",
        "遇到报警先看说明书,再看记录,最后才打电话,这样的顺序能省下一半以上的停机时间。",
    ),
    "选型": (
        "如何为{place}挑选一台合适的{name}",
        "每到年底,{place}都会集中采购一批仪器,{name}常常排在清单的前列,可真正会挑的人并不多。",
        "挑选之前先回答三个问题:测什么,一天测多少,由谁来测。{sample}与标准溶液的要求完全不同。",
        "样本上的{quantity}通常是在理想条件下测得的,最好带上自己的样品到厂家现场试测{k}次。",
        "配置不是越高越好。对于常规检测,中档{name}配一套可靠的{part},已经可以覆盖{n}%以上的项目。",
        "合同中应当约定验收方法,尤其是{quantity}由谁测、怎样算、超差之后怎样处理。",
        "安装条件也常被忽略,供电、排风、地面承重任何一项不合格,都会让到货的仪器在走廊里等上几周。",
    ),
    "市场": (
        "{name}市场增速放缓,国产品牌份额升至{n}%",
        "最新一期行业调查显示,上半年国内{name}销量同比增长{k}%,增速较去年同期有所放缓。",
        "分用户看,{place}仍是最大的买方,其次是高校和第三方检测机构,三者合计超过七成。",
        "价格方面,进口产品的均价继续松动,国产产品则依靠{part}的自制率提高保住了毛利。",
        "调查同时指出,国产仪器在{quantity}上与进口产品的差距已经缩小,短板主要在软件和应用方法。",
        "展望下半年,随着{sample}检测项目的增加,预计还会有{m}台左右的新增需求。",
        "分析人士提醒,低价竞争并不能换来口碑,一次失败的验收足以让企业失去一个地区。",
    ),
    "标准": (
        "{name}检定规程修订稿公开征求意见",
        "近日,{name}检定规程的修订稿开始公开征求意见,这是该规程发布{k}年以来的首次大修。",
        "修订稿调整了{quantity}的计算方法,要求连续测量不少于{k}次,并给出不确定度的评定示例。",
        "对于使用中的仪器,修订稿允许{place}在两次检定之间自行开展期间核查,但须保留原始数据。",
        "新增的附录说明了怎样用{sample}配制核查样品,配制误差不应超过千分之{k}。",
        "起草人员解释说,{part}的更换会改变仪器状态,因此更换之后必须重新检定。",
        "意见反馈的截止时间为下月底,逾期未反馈的视为同意。",
    ),
    "技术": (
        "新型{part}让{name}的{quantity}改善{n}%",
        "一个青年团队用三年时间改进了{part}的结构,使{name}的{quantity}改善了{n}%,相关样机已经试用。",
        "传统结构的缺点在于热量难以散出,连续工作{m}分钟之后,信号就会缓慢漂移。",
        "团队把原来的一体结构拆成两部分,中间留出{k}毫米的气隙,再用软件补偿剩余的误差。",
        "在{place}进行的对比试验中,新旧两台仪器同时测量{sample},新样机的结果更加集中。",
        "改进并非没有代价,新结构的装配时间增加了{n}分钟,对工人的要求也更高。",
        "下一步,团队计划把同样的思路用到其他型号上,并公开试验数据供同行检验。",
    ),
    "应用": (
        "{name}在{place}的应用:从抽检到在线监测",
        "过去,{place}检测{sample}要靠人工取样,从取样到出结果至少需要两天。",
        "引入{name}之后,流程被压缩到{k}个小时,异常样品当天就能复测。",
        "技术人员为此建立了专门的方法,把前处理由{k}步减少为三步,溶剂用量下降了{n}%。",
        "在线监测对{quantity}的要求高于实验室,仪器必须在振动和粉尘中保持稳定。",
        "运行半年来,系统共给出{m}次预警,其中绝大多数经复核属实,误报主要来自{part}老化。",
        "这套办法目前正在向周边地区推广,配套的培训教材也已经编写完成。",
    ),
    "人才": (
        "{place}缺的不只是{name},更是会用的人",
        "走访中我们发现,{place}的{name}有近{n}%的时间处于闲置状态,原因是熟练的操作人员不足。",
        "学校里的课程多停留在原理上,学生毕业时往往没有独立测过一次{sample}。",
        "一些单位开始推行“师傅带徒弟”的办法,新人要在指导下完成{m}次测量才能单独上机。",
        "考核也在变化,不再只看笔试成绩,而是要求当场更换{part}并恢复{quantity}。",
        "待遇同样是绕不开的话题,实验技术岗位的晋升通道过窄,留人并不容易。",
        "受访的负责人表示,仪器可以一次买齐,人却要一年一年地培养。",
    ),
    "共享": (
        "共享平台上线{k}年,{name}利用率提高{n}%",
        "大型仪器开放共享已经推行多年,{name}是预约次数最多的品类之一。",
        "平台的规则很简单:谁使用谁付费,谁管理谁受益,收费标准每年公布一次。",
        "一家小企业负责人算过一笔账,自己购置需要上百万元,而预约测一次{sample}只要几百元。",
        "管理方也有顾虑,频繁换人操作会加快{part}的损耗,所以预约者必须先通过培训。",
        "为了让{quantity}始终可查,平台要求每次使用前后各做一次质控,数据自动上传。",
        "截至上月底,平台共接入仪器{m}台,覆盖了{place}等多类单位。",
    ),
}

COMPANY: dict[str, tuple[str, ...]] = {
    "培训": (
        "我司举办{name}操作与维护培训班",
        "本月中旬,我司在总部举办了为期{k}天的{name}操作与维护培训班,来自各地的{n}名学员参加。",
        "培训采用小班形式,上午讲原理,下午上机,每位学员都亲手更换了{part}。",
        "讲师结合{sample}的实例,讲解了怎样判断{quantity}异常,又怎样一步步找到原因。",
        "来自{place}的学员说,过去遇到故障只能等待上门,现在多数问题可以自己处理。",
        "培训结束后进行了考核,合格者领取了结业证书,下一期将安排在两个月之后。",
    ),
    "交付": (
        "{k}台{name}顺利交付{place}",
        "上周,我司承担的{place}采购项目完成交付,{k}台{name}一次通过验收。",
        "项目从签约到交货只有{n}天,生产、质检和物流三个部门连续加班才保住了工期。",
        "验收组按照合同逐项核对,重点复测了{quantity},全部结果优于约定值。",
        "安装人员为用户建立了{sample}的测试方法,并留下一套备用的{part}。",
        "用户代表对现场服务表示满意,双方还就后续的升级计划交换了意见。",
    ),
    "参展": (
        "我司携新款{name}亮相行业展览会",
        "为期三天的行业展览会日前落幕,我司带去的新款{name}吸引了{m}多位观众驻足。",
        "展台上设置了现场测试区,观众可以带着自己的样品来,当场看到{quantity}。",
        "技术人员演示了怎样在{k}分钟内更换{part},这一改进来自用户的建议。",
        "来自{place}的几位观众详细询问了{sample}的测试办法,并约定了上门试用的时间。",
        "展会期间共收到意向订单{n}份,其中近一半来自老用户的推荐。",
    ),
    "服务": (
        "我司推出{name}延保与回访服务",
        "从本季度起,我司为在保的{name}用户提供每年两次的免费回访,过保用户也可以优惠购买延保。",
        "回访内容包括清洁光路或流路、检查{part}、复测{quantity}以及更新软件。",
        "客服中心的统计表明,定期回访的仪器,故障率比其他仪器低{n}%左右。",
        "考虑到{place}的检测任务不能中断,我司准备了{k}台备用机,维修期间可以无偿借用。",
        "用户如需测试{sample}的方法支持,也可以通过客服电话预约应用工程师。",
    ),
}


def fill(sentence: str, instrument: Instrument, choice: Choice) -> str:
    """Return the sentence with its places filled, in the punctuation of Chinese print."""
    values = {
        "name": instrument.name,
        "part": instrument.part,
        "quantity": instrument.quantity,
        "place": instrument.place,
        "sample": instrument.sample,
        "k": choice.number(3, 9),
        "n": choice.number(11, 48),
        "m": choice.number(60, 480),
    }
    return sentence.format(**values).translate(_PRINTED)


def compose(theme: tuple[str, ...], instrument: Instrument, choice: Choice) -> tuple[str, list[str]]:
    """Return a title and the paragraphs of one article: the theme's own sentences among general ones."""
    title, opening, *own = theme
    middle = choice.some(own, choice.number(4, len(own))) + choice.some(GENERAL, choice.number(2, 5))
    sentences = [fill(sentence, instrument, choice) for sentence in (opening, *choice.some(middle, len(middle)))]
    paragraphs = [sentences[0]]
    for sentence in sentences[1:]:
        if choice.number(0, 2) == 0:
            paragraphs[-1] += sentence
        else:
            paragraphs.append(sentence)
    return fill(title, instrument, choice), paragraphs
