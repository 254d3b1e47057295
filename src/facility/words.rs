//! How registers name their columns and the types of units: what an import guesses by.

use super::{FACILITY_TYPES, Facility};
use crate::i18n::Lang;

/// A column of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The number in the register.
    Id,
    /// The full name.
    Name,
    /// 统一社会信用代码.
    Code,
    /// 机构类别.
    Type,
    /// 机构等级.
    Level,
    /// The county or city district.
    District,
    /// The address.
    Address,
    /// The person in charge.
    Contact,
    /// The telephone number.
    Phone,
    /// 风险等级.
    Risk,
}

/// A column: its field in the register's file, and the headings under which it is found, the likeliest first.
type Known = (Column, &'static str, &'static [&'static str]);

/// Every column. A heading that is none of these is looked through for the words, in this order.
const COLUMNS: &[Known] = &[
    (
        Column::Code,
        "code",
        &["统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "统一代码", "组织机构代码", "USCC"],
    ),
    (Column::Risk, "risk", &["风险等级", "风险级别", "风险类别", "量化等级", "信誉度", "risk"]),
    (
        Column::Phone,
        "phone",
        &["联系电话", "电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "固定电话", "phone"],
    ),
    (
        Column::Contact,
        "contact",
        &["联系人", "负责人", "主要负责人", "法定代表人", "法人", "法人代表", "单位负责人", "联系人姓名", "contact"],
    ),
    (
        Column::Address,
        "address",
        &["地址", "单位地址", "经营地址", "详细地址", "机构地址", "生产经营地址", "注册地址", "住所", "address"],
    ),
    (
        Column::District,
        "district",
        &[
            "所属区县",
            "区县",
            "县区",
            "县市区",
            "所属县市区",
            "所在县市区",
            "县(市、区)",
            "所在区县",
            "辖区",
            "行政区划",
            "所属地区",
            "所在地区",
            "所属区域",
            "区域",
            "属地",
            "district",
        ],
    ),
    (Column::Level, "level", &["机构等级", "医院等级", "机构级别", "单位等级", "等级", "级别", "level"]),
    (
        Column::Type,
        "type",
        &["机构类别", "单位类别", "机构类型", "单位类型", "类别", "类型", "行业类别", "专业类别", "监督专业", "type"],
    ),
    (Column::Id, "id", &["编号", "单位编号", "机构编号", "档案号", "档案编号", "序列号", "id"]),
    (
        Column::Name,
        "name",
        &[
            "单位名称",
            "机构名称",
            "名称",
            "被检查单位",
            "被监督单位",
            "被监督单位名称",
            "企业名称",
            "单位",
            "机构",
            "name",
        ],
    ),
];

/// Words in the type or the name of a unit and the type they mean; the first that is found counts.
const TYPE_WORDS: &[(&str, &str)] = &[
    ("妇幼", "maternal-hospital"),
    ("疾病预防控制", "cdc"),
    ("疾控", "cdc"),
    ("中心血站", "blood-station"),
    ("血站", "blood-station"),
    ("采供血", "blood-station"),
    ("急救", "emergency-center"),
    ("隔离", "isolation-site"),
    ("核酸检测", "testing-lab"),
    ("检验", "testing-lab"),
    ("实验室", "testing-lab"),
    ("社区卫生", "community-health-center"),
    ("乡镇卫生院", "township-hospital"),
    ("卫生院", "township-hospital"),
    ("村卫生", "village-clinic"),
    ("卫生室", "village-clinic"),
    ("预防接种", "vaccination-unit"),
    ("接种门诊", "vaccination-unit"),
    ("医疗废物", "waste-disposal"),
    ("医废", "waste-disposal"),
    ("供水", "water-supplier"),
    ("自来水", "water-supplier"),
    ("水厂", "water-supplier"),
    ("职业健康检查", "health-check-provider"),
    ("幼儿园", "kindergarten"),
    ("托育", "childcare"),
    ("托儿", "childcare"),
    ("养老", "nursing-home"),
    ("护理院", "nursing-home"),
    ("敬老院", "nursing-home"),
    ("学校", "school"),
    ("中学", "school"),
    ("小学", "school"),
    ("学院", "school"),
    ("大学", "school"),
    ("宾馆", "hotel"),
    ("酒店", "hotel"),
    ("旅馆", "hotel"),
    ("住宿", "hotel"),
    ("美容", "hair-salon"),
    ("美发", "hair-salon"),
    ("理发", "hair-salon"),
    ("游泳", "swimming-pool"),
    ("沐浴", "public-bath"),
    ("浴场", "public-bath"),
    ("浴室", "public-bath"),
    ("洗浴", "public-bath"),
    ("商场", "shopping-mall"),
    ("超市", "shopping-mall"),
    ("购物", "shopping-mall"),
    ("用人单位", "employer"),
    ("诊所", "clinic"),
    ("门诊部", "clinic"),
    ("医务室", "clinic"),
    ("卫生所", "clinic"),
    ("中医", "tcm-hospital"),
    ("医院", "hospital"),
];

/// The type of a unit about which nothing is said.
const OTHER: &str = "其他";

impl Column {
    /// Returns the field of the register's file.
    pub fn field(self) -> &'static str {
        COLUMNS.iter().find(|(column, ..)| *column == self).map_or("", |(_, field, _)| field)
    }

    /// Finds the column that a person means by a word: the field, or one of its usual headings.
    pub fn named(word: &str) -> Option<Self> {
        let word = heading(word);
        let fits =
            |(_, field, headings): &&Known| *field == word || headings.iter().any(|known| heading(known) == word);
        COLUMNS.iter().find(fits).map(|(column, ..)| *column)
    }

    /// Guesses the column of a heading; the second is how sure it is, smaller is surer.
    pub(super) fn guess(shown: &str) -> Option<(Self, usize)> {
        let shown = heading(shown);
        if shown.is_empty() {
            return None;
        }
        let exact = COLUMNS.iter().find_map(|(column, _, headings)| {
            headings.iter().position(|known| heading(known) == shown).map(|at| (*column, at))
        });
        let long = |word: &&&str| word.chars().count() > 1;
        exact.or_else(|| {
            COLUMNS.iter().find_map(|(column, _, headings)| {
                let words = headings.iter().filter(long).filter(|known| !known.is_ascii());
                words.clone().position(|known| shown.contains(&heading(known))).map(|at| (*column, 100 + at))
            })
        })
    }
}

/// Writes a heading in one way: without spaces and line ends, brackets half-width, capitals small, no `*` for required.
pub(super) fn heading(shown: &str) -> String {
    let kept =
        shown.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '*' | '：' | ':' | '\u{feff}'));
    kept.map(|letter| match letter {
        '（' => '(',
        '）' => ')',
        '，' => '、',
        letter => letter.to_ascii_lowercase(),
    })
    .collect()
}

/// Reads a type as a register writes it: the slug, its name in either language, or a word in it; a word of the bureau's
/// own stays as it is.
pub(super) fn type_of(written: &str) -> String {
    let written = written.trim();
    let named = |slug: &&&str| {
        let key = format!("facility.type.{slug}");
        **slug == written || Lang::ALL.iter().any(|lang| lang.t(&key).eq_ignore_ascii_case(written))
    };
    match FACILITY_TYPES.iter().find(named) {
        Some(slug) => (*slug).to_owned(),
        None => type_in(written).unwrap_or(written).to_owned(),
    }
}

/// Reads a type that a person typed: one that has a name, however it is written, or a word that units of the register
/// have; nothing for any other, which is a slip of the finger more often than a new type.
pub fn known_type(typed: &str, register: &[Facility]) -> Option<String> {
    let slug = type_of(typed);
    let is_own = |unit: &Facility| !slug.is_empty() && unit.facility_type == slug;
    (FACILITY_TYPES.contains(&slug.as_str()) || register.iter().any(is_own)).then_some(slug)
}

/// Guesses the type of a unit from its name; without a hint it is another one.
pub(super) fn type_by_name(name: &str) -> &'static str {
    type_in(name).unwrap_or(OTHER)
}

fn type_in(text: &str) -> Option<&'static str> {
    TYPE_WORDS.iter().find(|(word, _)| text.contains(word)).map(|(_, slug)| *slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_recognised() {
        let cases = [
            ("统一社会信用代码", Some(Column::Code)),
            ("*统一社会信用代码（18位）", Some(Column::Code)),
            ("医疗机构名称", Some(Column::Name)),
            ("被监督单位名称", Some(Column::Name)),
            ("单位 名称", Some(Column::Name)),
            ("单位地址", Some(Column::Address)),
            ("单位负责人", Some(Column::Contact)),
            ("负责人联系电话", Some(Column::Phone)),
            ("县（市、区）", Some(Column::District)),
            ("类别", Some(Column::Type)),
            ("风险等级", Some(Column::Risk)),
            ("医院等级", Some(Column::Level)),
            ("Name", Some(Column::Name)),
            ("序号", None),
            ("备注", None),
            ("", None),
        ];
        for (shown, expected) in cases {
            assert_eq!(Column::guess(shown).map(|(column, _)| column), expected, "{shown}");
        }
    }

    #[test]
    fn types_are_recognised() {
        let cases = [
            ("医院", "hospital"),
            ("hospital", "hospital"),
            ("Hospital", "hospital"),
            ("乡镇卫生院", "township-hospital"),
            ("诊所", "clinic"),
            ("中医诊所", "clinic"),
            ("中医医院", "tcm-hospital"),
            ("月子中心", "月子中心"),
        ];
        for (written, expected) in cases {
            assert_eq!(type_of(written), expected, "{written}");
        }
        assert_eq!(type_by_name("东塘镇中心卫生院"), "township-hospital");
        let own = Facility { facility_type: "月子中心".to_owned(), ..Facility::default() };
        for (typed, expected) in
            [("医院", Some("hospital")), ("hospitl", None), ("", None), ("月子中心", Some("月子中心"))]
        {
            assert_eq!(known_type(typed, std::slice::from_ref(&own)).as_deref(), expected, "{typed}");
        }
        assert_eq!(type_by_name("云澜市仓储中心"), OTHER);
    }
}
