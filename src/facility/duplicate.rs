//! Near duplicates: units that may stand in the register twice. They are only pointed out; a person merges them.

use std::collections::{HashMap, HashSet};

use super::{
    Facility,
    spelling::{spelled_out, written},
};

/// Characters with which the name of a region ends; 自治区 and 自治州 end with them too.
const REGION_ENDS: &[char] = &['省', '市', '县', '区', '州', '盟', '旗', '镇', '乡'];

/// The fewest characters that the rest of a name must have for a region in front to be left out.
const CORE: usize = 4;

/// How many units at one address are still worth a look; where there are more it is a building.
const ONE_ADDRESS: usize = 3;

/// Why two units may be one, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// They have the same 统一社会信用代码.
    Code,
    /// Their names differ only in the way they are written, and nothing says that they lie in different districts.
    Name,
    /// They are of one type at one address.
    Address,
}

impl Likeness {
    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Code => "facility-likeness.code",
            Self::Name => "facility-likeness.name",
            Self::Address => "facility-likeness.address",
        }
    }
}

/// Two units that may be one, by their positions in the register, and the surest reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one that stands first.
    pub first: usize,
    /// The other one.
    pub second: usize,
    /// Why they may be one.
    pub likeness: Likeness,
}

/// A name taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    /// The regions in front, without their endings.
    regions: Vec<String>,
    /// What the last of them is: the ending, which is all that stands in front of 市三院.
    level: Option<char>,
    /// The rest, spelled out and without legal form.
    core: String,
}

/// Lists the pairs of units that may be one, in the order of the register; takes time in proportion to its length.
pub fn duplicates(facilities: &[Facility]) -> Vec<Pair> {
    let mut found: HashMap<(usize, usize), Likeness> = HashMap::new();
    let mut note = |first: usize, second: usize, likeness: Likeness| {
        found.entry((first, second)).and_modify(|known| *known = likeness.min(*known)).or_insert(likeness);
    };
    for group in groups(facilities, |facility| facility.code.clone()) {
        pairs(&group, |first, second| note(first, second, Likeness::Code));
    }
    let names = take_all_apart(facilities.iter().map(|facility| facility.name.as_str()));
    let mut cores: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, name) in names.iter().enumerate().filter(|(_, name)| !name.core.is_empty()) {
        cores.entry(&name.core).or_default().push(at);
    }
    for group in cores.values().filter(|group| group.len() > 1) {
        for district in by_district(facilities, group) {
            pairs(&district, |first, second| {
                if may_be_one(&names[first], &names[second]) {
                    note(first, second, Likeness::Name);
                }
            });
        }
    }
    let place = |facility: &Facility| {
        let (address, district) = (written(&facility.address), written(&facility.district));
        // Some write the district before the street and some leave it to its own column.
        match address.strip_prefix(&district).filter(|rest| !rest.is_empty()).unwrap_or(&address) {
            "" => String::new(),
            address => format!("{}\n{district}\n{address}", facility.facility_type),
        }
    };
    for group in groups(facilities, place).filter(|group| group.len() <= ONE_ADDRESS) {
        pairs(&group, |first, second| note(first, second, Likeness::Address));
    }
    let mut found: Vec<_> =
        found.into_iter().map(|((first, second), likeness)| Pair { first, second, likeness }).collect();
    found.sort_unstable_by_key(|pair| (pair.likeness, pair.first, pair.second));
    found
}

/// Says whether two names differ only in the way they are written, as far as the names alone tell.
pub(super) fn are_alike(one: &str, other: &str) -> bool {
    let names = take_all_apart([one, other]);
    names[0].core == names[1].core && may_be_one(&names[0], &names[1])
}

/// Puts a unit into another: what is empty is filled in, the number goes to the former ones, and so do a code and a name
/// that are dropped; returns the fields in which both say different things, where the first one's stays.
pub fn merged(keep: &Facility, other: &Facility) -> (Facility, Vec<&'static str>) {
    let mut kept = keep.clone();
    let mut differing = Vec::new();
    for (name, own, others) in [
        ("name", &mut kept.name, &other.name),
        ("code", &mut kept.code, &other.code),
        ("type", &mut kept.facility_type, &other.facility_type),
        ("level", &mut kept.level, &other.level),
        ("district", &mut kept.district, &other.district),
        ("address", &mut kept.address, &other.address),
        ("contact", &mut kept.contact, &other.contact),
        ("phone", &mut kept.phone, &other.phone),
        ("risk", &mut kept.risk, &other.risk),
    ] {
        if own.is_empty() {
            own.clone_from(others);
        } else if !others.is_empty() && own != others {
            differing.push(name);
        }
    }
    let texts = |own: &String, before: &[String]| [std::slice::from_ref(own), before].concat();
    add(&mut kept.former, &[std::slice::from_ref(&other.id), &other.former].concat(), &kept.id);
    add(&mut kept.former_codes, &texts(&other.code, &other.former_codes), &kept.code);
    add(&mut kept.former_names, &texts(&other.name, &other.former_names), &kept.name);
    (kept, differing)
}

/// Adds to a list what it does not have, but for what is empty or is still the unit's own.
fn add<T: Clone + Default + PartialEq>(list: &mut Vec<T>, more: &[T], own: &T) {
    for one in more {
        if *one != T::default() && one != own && !list.contains(one) {
            list.push(one.clone());
        }
    }
}

/// Groups units by a key; an empty key belongs to no group.
fn groups(facilities: &[Facility], key: impl Fn(&Facility) -> String) -> impl Iterator<Item = Vec<usize>> {
    let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, facility) in facilities.iter().enumerate() {
        let key = key(facility);
        if !key.is_empty() {
            groups.entry(key).or_default().push(at);
        }
    }
    groups.into_values().filter(|group| group.len() > 1)
}

/// Splits units of one name by district; those without a district are with each.
fn by_district(facilities: &[Facility], group: &[usize]) -> Vec<Vec<usize>> {
    let mut districts: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut without = Vec::new();
    for &at in group {
        match facilities[at].district.as_str() {
            "" => without.push(at),
            district => districts.entry(district).or_default().push(at),
        }
    }
    if districts.is_empty() {
        return vec![without];
    }
    let joined = |mut units: Vec<usize>| {
        units.extend(&without);
        units.sort_unstable();
        units
    };
    districts.into_values().map(joined).collect()
}

fn pairs(group: &[usize], mut each: impl FnMut(usize, usize)) {
    for (at, &first) in group.iter().enumerate() {
        // A name that stands a hundred times is no slip, and its pairs would be thousands: neighbours are enough.
        for &second in group[at + 1..].iter().take(ONE_ADDRESS) {
            each(first, second);
        }
    }
}

/// Says whether the regions in front of two names do not contradict one another: one lacks only what the other has.
fn may_be_one(one: &Name, other: &Name) -> bool {
    let (fewer, more) = if one.regions.len() <= other.regions.len() { (one, other) } else { (other, one) };
    // 市三院 names no region and is none of a county all the same.
    let contradicts = |(level, other): (char, char)| fewer.regions.is_empty() && level != other;
    if fewer.level.zip(more.level).is_some_and(contradicts) {
        return false;
    }
    let mut rest = more.regions.iter();
    fewer.regions.iter().all(|region| rest.any(|known| known == region))
}

/// Takes names apart; what one of them says is a region is one in the others as well, where 市 or 县 was left out.
fn take_all_apart<'name>(names: impl IntoIterator<Item = &'name str>) -> Vec<Name> {
    let mut names: Vec<_> = names.into_iter().map(take_apart).collect();
    let regions: HashSet<String> = names.iter().flat_map(|name| name.regions.iter().cloned()).collect();
    let longest = regions.iter().map(|region| region.chars().count()).max().unwrap_or(0);
    for name in &mut names {
        let starts = name.core.char_indices().map(|(at, _)| at).take(longest + 1).skip(2);
        let bare = starts.filter(|&at| regions.contains(&name.core[..at]) && can_stand_alone(&name.core[at..])).last();
        if let Some(at) = bare {
            let rest = name.core.split_off(at);
            name.regions.push(std::mem::replace(&mut name.core, rest));
        }
    }
    names
}

/// Takes the name of a unit apart into regions in front and the rest.
fn take_apart(name: &str) -> Name {
    let mut core = spelled_out(name);
    let mut regions = Vec::new();
    let mut level = None;
    while let Some((region, rest)) = region_in_front(&core) {
        level = region.chars().next_back();
        regions.push(region.trim_end_matches(REGION_ENDS).to_owned());
        core = rest.to_owned();
    }
    let bare = core.strip_prefix(REGION_ENDS).filter(|rest| regions.is_empty() && can_stand_alone(rest));
    if let Some(rest) = bare.map(str::to_owned) {
        level = core.chars().next();
        core = rest;
    }
    Name { regions, level, core }
}

/// Splits a region off the front of a name, where enough is left behind it.
fn region_in_front(name: &str) -> Option<(&str, &str)> {
    // The shortest region has two characters with its ending; 市区 at the front is no region of its own.
    let end = name.char_indices().skip(2).take(5).find(|(_, letter)| REGION_ENDS.contains(letter))?;
    let (region, rest) = name.split_at(end.0 + end.1.len_utf8());
    can_stand_alone(rest).then_some((region, rest))
}

/// Says whether what is behind a region still says which unit it is.
fn can_stand_alone(rest: &str) -> bool {
    let is_word = rest.starts_with(REGION_ENDS) || rest.starts_with("卫生院");
    rest.chars().count() >= CORE && !is_word
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facility::FacilityId;

    fn unit(id: &str, name: &str, district: &str) -> Facility {
        Facility {
            id: FacilityId(id.to_owned()),
            name: name.to_owned(),
            facility_type: "hospital".to_owned(),
            district: district.to_owned(),
            ..Facility::default()
        }
    }

    fn likeness(one: &Facility, other: &Facility) -> Option<Likeness> {
        duplicates(&[one.clone(), other.clone()]).first().map(|pair| pair.likeness)
    }

    #[test]
    fn names_that_are_written_differently_are_one() {
        let cases = [
            ("云澜市第三人民医院", "云澜市第3人民医院", true),
            ("云澜市第三人民医院", "南江省云澜市第三人民医院", true),
            ("云澜市第三人民医院", "第三人民医院", true),
            ("云澜市人民医院", "云澜人民医院", true),
            ("南江省云澜市人民医院", "云澜人民医院", true),
            ("云澜市人民医院", "长渡人民医院", false),
            ("东塘镇卫生院", "东塘卫生院", false),
            ("康宁门诊部（北路店）", "康宁门诊部(北路店)", true),
            ("康宁健康管理有限公司", "康宁健康管理有限责任公司", true),
            ("ＡＢＣ医学检验所", "abc 医学检验所", true),
            ("云澜市人民医院", "长渡县人民医院", false),
            ("云澜市第三人民医院", "云澜市第五人民医院", false),
            ("云澜市第三人民医院", "三院", true),
            ("云澜市第三人民医院", "市三院", true),
            ("云澜市第三人民医院", "市三医院", true),
            ("云澜市第三人民医院", "云澜三院", true),
            ("第三人民医院", "三院", true),
            ("第十二人民医院", "市12院", true),
            ("云澜市第一人民医院", "市三院", false),
            ("第一人民医院", "第三人民医院", false),
            ("东区三院", "西区三院", false),
            ("东区三院", "东区第三人民医院", true),
            ("县三院", "云澜市第三人民医院", false),
            ("县三院", "市三院", false),
            ("澜城区妇幼保健院", "区妇幼", true),
            ("澜城区妇幼保健院", "妇幼保健院", true),
            ("云澜市妇幼保健院", "区妇幼", false),
            ("澜城区疾控中心", "澜城区疾病预防控制中心", true),
            ("市疾控", "云澜市疾病预防控制中心", true),
            ("市中医院", "云澜市中医医院", true),
            ("县医院", "长渡县人民医院", true),
            ("东塘镇卫生院", "东塘镇中心卫生院", false),
            ("东塘中心卫生院", "东塘镇中心卫生院", true),
            ("东塘镇中心卫生院", "西塘镇中心卫生院", false),
            ("云澜市第三人民医院", "云澜市第三中医医院", false),
            ("云澜市第三人民医院", "云澜市第三人民医院东院区", false),
            ("八一医院", "第八人民医院", false),
            ("康宁门诊部", "康宁医院", false),
            ("东塘镇卫生院", "西塘镇卫生院", false),
        ];
        for (one, other, expected) in cases {
            let found = likeness(&unit("A", one, "澜城区"), &unit("B", other, "澜城区"));
            assert_eq!(found == Some(Likeness::Name), expected, "{one} {other}: {found:?}");
        }
    }

    #[test]
    fn another_district_is_another_unit() {
        let one = unit("A", "康宁门诊部", "澜城区");
        assert_eq!(likeness(&one, &unit("B", "康宁门诊部", "朝源区")), None);
        assert_eq!(likeness(&one, &unit("B", "康宁门诊部", "")), Some(Likeness::Name));
    }

    #[test]
    fn the_surest_reason_is_given() {
        let mut one = unit("A", "康宁门诊部", "澜城区");
        one.code = "91350100M000100Y43".to_owned();
        one.address = "北路 1 号".to_owned();
        let mut other = unit("B", "安康医院", "澜城区");
        other.address = "北路1号".to_owned();
        assert_eq!(likeness(&one, &other), Some(Likeness::Address));
        other.code = one.code.clone();
        assert_eq!(likeness(&one, &other), Some(Likeness::Code));
        let building: Vec<_> = (0..5)
            .map(|number| Facility {
                address: "广场1号".to_owned(),
                ..unit(&number.to_string(), &format!("第{number}诊所"), "")
            })
            .collect();
        assert!(duplicates(&building).is_empty(), "a building");
    }

    #[test]
    fn merging_fills_in_and_says_what_differs() {
        let mut one = unit("A", "康宁门诊部", "");
        one.phone = "1".to_owned();
        let mut other = unit("B", "康宁门诊部（北路店）", "澜城区");
        other.phone = "2".to_owned();
        other.former = vec![FacilityId("C".to_owned())];
        other.code = "91350100M000100Y43".to_owned();
        other.former_names = vec!["康宁门诊部".to_owned(), "康宁北路店".to_owned()];
        let (kept, differing) = merged(&one, &other);
        assert_eq!((kept.district.as_str(), kept.phone.as_str()), ("澜城区", "1"));
        assert_eq!(differing, ["name", "phone"]);
        assert_eq!(kept.former, [FacilityId("B".to_owned()), FacilityId("C".to_owned())]);
        assert_eq!(kept.former_names, ["康宁门诊部（北路店）", "康宁北路店"]);
        assert_eq!((kept.code.as_str(), kept.former_codes.len()), ("91350100M000100Y43", 0), "its own now");
    }
}
