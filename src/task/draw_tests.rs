//! The draw: the same again, fair, and nobody where they may not go.

use super::*;
use crate::i18n::Lang;

fn unit(number: usize) -> Facility {
    Facility {
        id: FacilityId(format!("F{number:05}")),
        name: format!("第{number}诊所"),
        facility_type: if number.is_multiple_of(3) { "hospital" } else { "clinic" }.to_owned(),
        district: ["东区", "西区", "南区"][number % 3].to_owned(),
        ..Facility::default()
    }
}

fn register(units: usize) -> Vec<Facility> {
    (0..units).map(unit).collect()
}

fn scheme(toml: &str) -> Scheme {
    Scheme::read(&format!("title = \"抽查\"\n{toml}")).expect("a scheme")
}

fn drawn(scheme: &Scheme, register: &[Facility], previous: &[Pairing], seed: &str) -> Drawn {
    let at = "2026-03-01T09:00:00+08:00".parse().expect("a moment");
    draw(scheme, Digest::of(b""), register, previous, seed, ("某人", at)).expect("drawn")
}

const ALL: &str = "[[stratum]]\nname = \"全部\"\n";

const INSPECTORS: &str = "[[inspector]]\nname = \"甲\"\ndistrict = \"东区\"\n[[inspector]]\nname = \"乙\"\nconflicts = [\"F00004\"]\n\
                          [[inspector]]\nname = \"丙\"\n[[inspector]]\nname = \"丁\"\ndistrict = \"西区\"\n[[inspector]]\nname = \"戊\"\n";

/// The upper end of the chi-square distribution that is exceeded once in a million, by Wilson and Hilferty.
fn critical(freedom: f64) -> f64 {
    // The normal distribution exceeds 4.7534 once in a million.
    let part = 2.0 / (9.0 * freedom);
    freedom * (1.0 - part + 4.7534 * part.sqrt()).powi(3)
}

#[test]
fn the_numbers_are_those_of_the_algorithm() {
    // ChaCha20 with the key that BLAKE3 gives: a change of either library or of the derivation shows here.
    let mut stream = Stream::new("2026-03-01", "inspectors");
    let numbers: Vec<_> = (0..6).map(|_| stream.below(1000)).collect();
    assert_eq!(numbers, NUMBERS);
}

/// Worked out apart from this program, by a script that follows the description at the head of the module.
const NUMBERS: [usize; 6] = [152, 563, 177, 417, 171, 420];

#[test]
fn the_order_of_the_register_does_not_matter_and_the_seed_does() {
    let scheme = scheme(&format!("{ALL}number = 20\n{INSPECTORS}"));
    let register = register(200);
    let mut turned = register.clone();
    turned.reverse();
    let first = drawn(&scheme, &register, &[], "种子一");
    assert_eq!(first, drawn(&scheme, &turned, &[], " 种子一\n"));
    assert_ne!(first.unit, drawn(&scheme, &register, &[], "种子二").unit);
}

#[test]
fn quotas_are_kept_and_strata_do_not_overlap() {
    let cases = [
        ("share = 5", 10),
        ("share = 0.1", 1),
        ("share = 100", 200),
        ("number = 7", 7),
        ("number = 999", 200),
        ("share = 12.5", 25),
    ];
    for (how_many, expected) in cases {
        let drawn = drawn(&scheme(&format!("{ALL}{how_many}\n")), &register(200), &[], "种子");
        assert_eq!(drawn.unit.len(), expected, "{how_many}");
        let mut ids: Vec<_> = drawn.unit.iter().map(|unit| &unit.facility).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), expected, "{how_many}: nobody twice");
    }
    let two = scheme(
        "[[stratum]]\nname = \"医院\"\ntypes = [\"hospital\"]\nshare = 100\n[[stratum]]\nname = \"其余\"\nnumber = 5\n",
    );
    let drawn = drawn(&two, &register(30), &[], "种子");
    assert_eq!(
        drawn.stratum.iter().map(|stratum| (stratum.units, stratum.drawn)).collect::<Vec<_>>(),
        [(10, 10), (20, 5)]
    );
}

#[test]
fn nobody_goes_where_they_may_not() {
    let scheme = scheme(&format!("{ALL}share = 100\n{INSPECTORS}"));
    let previous: Vec<_> = (0..60)
        .map(|number| Pairing { facility: unit(number).id, inspectors: vec!["戊".to_owned(), "丙".to_owned()] })
        .collect();
    let drawn = drawn(&scheme, &register(60), &previous, "种子");
    let mut last: &[String] = &[];
    for unit in &drawn.unit {
        let names: Vec<_> = unit.inspectors.iter().map(String::as_str).collect();
        assert_eq!(names.len(), 2);
        assert!(unit.district != "东区" || !names.contains(&"甲"), "{unit:?}");
        assert!(unit.district != "西区" || !names.contains(&"丁"), "{unit:?}");
        assert!(unit.facility.0 != "F00004" || !names.contains(&"乙"), "{unit:?}");
        assert!(!(names.contains(&"丙") && names.contains(&"戊")), "the pair of the time before: {unit:?}");
        assert_ne!(unit.inspectors, last, "the same pair twice running");
        last = &unit.inspectors;
    }
}

#[test]
fn a_unit_without_a_possible_pair_is_named() {
    let scheme = scheme(&format!(
        "{ALL}share = 100\n[[inspector]]\nname = \"甲\"\ndistrict = \"东区\"\n[[inspector]]\nname = \"乙\"\n"
    ));
    let at = "2026-03-01T09:00:00+08:00".parse().expect("a moment");
    let error = draw(&scheme, Digest::of(b""), &register(1), &[], "种子", ("某人", at)).expect_err("refused");
    assert!(error.summary(Lang::Zh).contains("F00000"), "{error}");
}

/// Makes the result of a draw say something else.
type Forge = fn(&mut Drawn);
type Change = fn(&mut Vec<Facility>);

#[test]
fn verifying_says_where_it_differs() {
    let scheme = scheme(&format!("{ALL}number = 5\n{INSPECTORS}"));
    let mut register = register(50);
    let result = drawn(&scheme, &register, &[], "种子");
    let written = toml::to_string(&result).expect("TOML");
    assert_eq!(read_drawn(&written).expect("read"), result);
    assert!(verify(&result, &register).expect("drawn").is_identical());
    register[0].phone = "1".to_owned();
    assert!(verify(&result, &register).expect("drawn").is_identical(), "a telephone number changes nothing");
    let keys = |result: &Drawn, register: &[Facility]| -> Vec<&str> {
        let verified = verify(result, register).expect("drawn");
        assert!(!verified.is_identical());
        verified.other_register.iter().chain(&verified.differing).map(Text::key).collect()
    };
    let forged: [(Forge, &[&str]); 11] = [
        (|result| result.unit[2].facility = FacilityId("F99999".to_owned()), &["draw-differs.unit"]),
        (|result| result.unit[2].inspectors.reverse(), &["draw-differs.unit"]),
        (|result| drop(result.unit.pop()), &["draw-differs.unit"]),
        (|result| result.unit[0].name.push('x'), &["draw-differs.name"]),
        (|result| result.unit[0].code.push('x'), &["draw-differs.code"]),
        (|result| result.unit[0].district.push('x'), &["draw-differs.district"]),
        (|result| result.units += 1, &["draw-differs.register"]),
        (|result| result.register = Digest::of(b"x"), &["draw-differs.register-changed"]),
        (|result| result.stratum[0].digest = Digest::of(b"x"), &["draw-differs.stratum-changed"]),
        (|result| result.stratum[0].drawn -= 1, &["draw-differs.quota"]),
        (|result| result.scheme.seed.push_str("其他"), &["draw-differs.seed"]),
    ];
    for (at, (forge, expected)) in forged.into_iter().enumerate() {
        let mut forged = result.clone();
        forge(&mut forged);
        assert_eq!(keys(&forged, &register), expected, "{at}");
    }
    let changed: [(Change, &[&str]); 3] = [
        (
            |register| drop(register.remove(0)),
            &["draw-differs.register", "draw-differs.stratum", "draw-differs.places"],
        ),
        (|register| register[0].risk.push('x'), &["draw-differs.register-changed", "draw-differs.stratum-changed"]),
        (Vec::clear, &["draw-differs.register", "draw.empty-stratum"]),
    ];
    for (at, (change, expected)) in changed.into_iter().enumerate() {
        let mut register = register.clone();
        change(&mut register);
        assert_eq!(keys(&result, &register), expected, "{at}");
    }
    let other = written.replace("ducha-draw-1", "ducha-draw-0");
    assert_eq!(read_drawn(&other).expect_err("refused").message().key(), "draw.algorithm");
}

/// Draws 12 of 40 units 4,000 times with the seeds `0` to `3999`. A fair draw fails once in a million choices of seeds;
/// the seeds are fixed, so this either always holds or never.
#[test]
fn every_unit_is_drawn_equally_often() {
    let (units, quota, times) = (40_usize, 12_usize, 4000_usize);
    let scheme = scheme(&format!("{ALL}number = {quota}\n"));
    let register = register(units);
    let mut count = vec![0_f64; units];
    let mut first = vec![0_f64; units];
    for seed in 0..times {
        for (at, unit) in drawn(&scheme, &register, &[], &seed.to_string()).unit.iter().enumerate() {
            let number: usize = unit.facility.0[1..].parse().expect("a number");
            count[number] += 1.0;
            if at == 0 {
                first[number] += 1.0;
            }
        }
    }
    #[allow(clippy::cast_precision_loss)]
    let (units, quota, times) = (units as f64, quota as f64, times as f64);
    // Without putting back, counts vary by the share that is left over; the factor makes the sum a chi-square again.
    let share = quota / units;
    let expected = times * share;
    let sum: f64 = count.iter().map(|seen| (seen - expected).powi(2)).sum();
    let statistic = sum / (expected * (1.0 - share)) * (units - 1.0) / units;
    assert!(statistic < critical(units - 1.0), "{statistic}");
    let expected = times / units;
    let statistic: f64 = first.iter().map(|seen| (seen - expected).powi(2) / expected).sum();
    assert!(statistic < critical(units - 1.0), "first place: {statistic}");
}

/// Counts who goes to the first unit over 4,000 seeds; once in a million choices of seeds a fair draw fails.
#[test]
fn every_pair_is_drawn_equally_often() {
    let names = ["甲", "乙", "丙", "丁", "戊", "己"];
    let inspectors = names.map(|name| format!("[[inspector]]\nname = \"{name}\"\n")).concat();
    let scheme = scheme(&format!("{ALL}number = 1\n{inspectors}"));
    let register = register(3);
    let mut count: HashMap<Vec<String>, f64> = HashMap::new();
    let times = 4000;
    for seed in 0..times {
        *count.entry(drawn(&scheme, &register, &[], &seed.to_string()).unit[0].inspectors.clone()).or_default() += 1.0;
    }
    let pairs = 15.0;
    assert!((f64::from(u32::try_from(count.len()).expect("few")) - pairs).abs() < 0.5, "every pair came up");
    let expected = f64::from(times) / pairs;
    let statistic: f64 = count.values().map(|seen| (seen - expected).powi(2) / expected).sum();
    assert!(statistic < critical(pairs - 1.0), "{statistic}");
}

#[test]
fn the_load_is_shared() {
    let scheme = scheme(&format!("{ALL}share = 100\n{INSPECTORS}"));
    let mut load: HashMap<String, usize> = HashMap::new();
    for unit in drawn(&scheme, &register(90), &[], "种子").unit {
        for name in unit.inspectors {
            *load.entry(name).or_default() += 1;
        }
    }
    let (least, most) = (load.values().min().expect("some"), load.values().max().expect("some"));
    assert!(most - least <= 6, "{load:?}");
}
