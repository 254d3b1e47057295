use super::*;
use crate::plan::{TopicId, Topics, TopicsReading};

/// The built-in topics with a file laid over them, which has no mistake.
fn laid(source: &str) -> Topics {
    let TopicsReading { topics, mistakes, .. } = Topics::check(source);
    assert_eq!(mistakes, [], "{source}");
    topics
}

fn topic_of(topics: &Topics, text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    topics.rank(&topics.weigh(&chars))[0].0.clone()
}

#[test]
fn a_file_changes_only_what_it_says() {
    let cases = [
        ("", "推广数字哨兵设备", "other"),
        ("[[topic]]\nslug = \"fever-clinic\"\nwords = [\"数字哨兵\"]\n", "推广数字哨兵设备", "fever-clinic"),
        ("[[topic]]\nslug = \"fever-clinic\"\nwords = [\"数字哨兵\"]\n", "规范发热门诊管理", "fever-clinic"),
        ("[[topic]]\nslug = \"sentinel\"\nzh = \"哨兵\"\nwords = [\"数字哨兵\"]\n", "推广数字哨兵设备", "sentinel"),
        ("[[topic]]\nslug = \"business-env\"\noff = true\n", "开展招商引资", "other"),
        (
            "[[topic]]\nslug = \"business-env\"\nwords = [{ word = \"招商引资\", weight = 0 }, { word = \"招商\", weight = 0 }]\n",
            "开展招商引资",
            "other",
        ),
        ("[[topic]]\nslug = \"business-env\"\nexclude = [\"招商引资\"]\n", "开展招商引资", "other"),
    ];
    for (source, text, expected) in cases {
        assert_eq!(topic_of(&laid(source), text), expected, "{source}");
    }
}

#[test]
fn what_hangs_on_a_topic_can_be_changed_and_taken_off() {
    let topics = laid("[[topic]]\nslug = \"fever-clinic\"\nbank = \"\"\nfacilities = []\nzh = \"发热\"\n");
    let fever = topics.get(&TopicId("fever-clinic".to_owned())).expect("it is still there");
    assert_eq!((fever.zh.as_str(), &fever.bank, fever.facility_types.len()), ("发热", &None, 0));
    assert_eq!(topics.all().len(), Topics::built_in().all().len());
    let topics = laid("[[topic]]\nslug = \"new\"\nzh = \"新\"\nwords = [\"新词\"]\n");
    assert_eq!(topics.all().last().map(|topic| topic.id.0.as_str()), Some(OTHER), "what is left stays last");
}

#[test]
fn mistakes_are_named_with_their_place() {
    let cases = [
        ("[[topic]]\nslug = \"水\"\nzh = \"水\"\nwords = []\n", "plan.topics.slug", (2, 8)),
        ("[[topic]]\nslug = \"a\"\nzh = \"水\"\nwords = [\"\"]\n", "plan.topics.word", (4, 10)),
        (
            "[[topic]]\nslug = \"a\"\nzh = \"水\"\nwords = [\"水\", { word = \"井\", weight = -1 }]\n",
            "plan.topics.word",
            (4, 15),
        ),
        (
            "[[topic]]\nslug = \"a\"\nzh = \"水\"\nwords = [{ word = \"井\", weight = 0 }]\n",
            "plan.topics.no_word",
            (4, 10),
        ),
        (
            "[[topic]]\nslug = \"a\"\nzh = \"水\"\nwords = [\"井\"]\nfacilities = [\"moon\"]\n",
            "plan.topics.facility",
            (5, 15),
        ),
        ("[[topic]]\nslug = \"other\"\n[[topic]]\nslug = \"other\"\n", "plan.topics.twice", (4, 8)),
        ("[[topic]]\nslug = \"other\"\noff = true\n", "plan.topics.other", (2, 8)),
        ("[[topic]]\nslug = \"fever-clinc\"\nwords = [\"水\"]\n", "plan.topics.unknown", (2, 8)),
        ("[[topics]]\nslug = \"other\"\n", "toml.wrong", (1, 3)),
        ("[[topic]]\nslug = \"other\"\ncolour = 1\n", "toml.wrong", (3, 1)),
        ("[[topic]]\nslug = \"other\"\nscope = \"city\"\n", "toml.wrong", (3, 9)),
        ("[[topic]]\nzh = \"水\"\n", "toml.wrong", (1, 1)),
        ("[[topic]]\nslug = “other”\n", "toml.wrong", (2, 8)),
    ];
    for (source, key, (line, column)) in cases {
        let error = Topics::read(source, std::path::Path::new("topics.toml")).err().expect("it is a mistake");
        assert_eq!(error.message().key(), key, "{source}");
        let place = error.place().expect("it has a place");
        assert_eq!((place.line, place.column), (Some(line), Some(column)), "{source}");
        assert!(error.next_step().is_some(), "{source}");
    }
}

#[test]
fn every_mistake_is_listed_and_the_rest_holds() {
    let source = "[[topic]]\nslug = \"A\"\n[[topic]]\nslug = \"fever-clinic\"\nwords = [\"数字哨兵\", \"\"]\nfacilities = [\"moon\"]\n[[topic]]\nslug = \"b\"\ncolour = 2\n";
    let TopicsReading { topics, mistakes, .. } = Topics::check(source);
    let faults: Vec<_> = mistakes.iter().map(|mistake| mistake.fault).collect();
    assert_eq!(faults, [TopicFault::BadName, TopicFault::Word, TopicFault::Facility, TopicFault::Value]);
    assert_eq!(topic_of(&topics, "推广数字哨兵设备"), "fever-clinic");
}

#[test]
fn banks_are_named_with_their_place() {
    let source = "[[topic]]\nslug = \"tcm\"\nbank = \"herbs\"\n";
    let TopicsReading { banks, .. } = Topics::check(source);
    let (bank, span) = &banks[0];
    assert_eq!((bank.as_str(), &source[span.clone()]), ("herbs", "\"herbs\""));
}
