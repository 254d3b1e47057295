//! Reviewing on the screens, and correcting what was returned.

use std::rc::Rc;

use ducha::{
    app::{Effect, Msg, key::Key},
    error::Error,
    i18n::Lang,
    inspection::RecordId,
};

use crate::support::{
    environment::Environment,
    tester::{Tester, files_below, now},
};

/// Lets somebody else work on the computer.
fn hand_over(tester: Tester, person: &str) -> Tester {
    let environment = tester.leave();
    become_person(&environment, person);
    Tester::in_home(environment)
}

fn become_person(environment: &Rc<Environment>, person: &str) {
    let settings = environment.read("ws/ducha.toml");
    let changed = settings
        .lines()
        .map(|line| if line.starts_with("inspector") { format!("inspector = \"{person}\"") } else { line.to_owned() });
    environment.write("ws/ducha.toml", changed.collect::<Vec<_>>().join("\n") + "\n");
}

/// A record of 林明 that is finalised, with 王芳 at the computer.
pub fn to_review(lang: Lang) -> Tester {
    let mut tester = Tester::speaking(lang);
    tester.press("1 <text rmyy> Enter <text yjfz> Enter 1 2 <text 登记缺两例> Ctrl-S F9 Enter Esc");
    hand_over(tester, "王芳")
}

/// The same record, returned, with 林明 at the computer.
pub fn returned(lang: Lang) -> Tester {
    let mut tester = to_review(lang);
    tester.press("F4 Enter 1 2 <text 照片看不清> Enter F9 Tab <text 请补充> Enter Esc Esc");
    hand_over(tester, "林明")
}

/// A correction of it that is finalised, with 王芳 at the computer.
pub fn corrected(lang: Lang) -> Tester {
    let mut tester = returned(lang);
    tester.press("Enter F4 1 F9 Enter Esc Esc");
    hand_over(tester, "王芳")
}

#[test]
fn a_record_is_returned_item_by_item_and_corrected_in_a_new_revision() {
    let mut tester = to_review(Lang::Zh);
    let file = files_below(&tester.environment().path("ws/records")).remove(0);
    let before = std::fs::read(&file).expect("a record");
    tester.shows(&["待我审核"]);
    tester.press("F4").shows(&["云澜市人民医院", "待本人审核 1"]);
    tester.press("Enter 1 2 <text 照片看不清> Enter").shows(&["待科室审核", "✗", "拟提意见"]);
    tester.press("F9").shows(&["退回"]);
    tester.press("Tab <text 请补充> Enter").shows(&["已退回，检查人员可以更正"]);
    let mut tester = hand_over(tester, "林明");
    tester.shows(&["退回给我的记录", "¬待我审核"]);
    tester.press("Enter").shows(&["已退回", "王芳", "请补充"]);
    tester.press("F4").shows(&["王芳  照片看不清", "王芳 退回：请补充"]);
    assert_eq!(tester.item(), "T2", "a correction begins at what was returned");
    tester.press("1 F9 Enter").shows(&["更正自", "v2"]);
    assert_eq!(std::fs::read(&file).expect("a record"), before, "the finalised file is never written again");
    let mut tester = hand_over(tester, "王芳");
    tester.press("F4").shows(&["待本人审核 1"]);
    tester.press("Enter Down").shows(&["结果 不符合 → 符合", "登记缺两例"]);
    tester.press("F9 Enter").shows(&["已审核通过"]);
    tester.press("Esc Tab Tab").shows(&["云澜市人民医院"]);
    let environment = tester.leave();
    let ledger = environment.run_there(&["finding", "list", "--all"]).good();
    assert!(ledger.contains("已撤销"), "a correction withdraws the finding:\n{ledger}");
}

#[test]
fn what_is_noted_stays_until_the_review_is_given() {
    let mut tester = to_review(Lang::Zh);
    tester.press("F4 Enter Down 2 <text 照片看不清> Enter");
    tester.restart();
    tester.press("F4 Enter Down").shows(&["拟提意见", "照片看不清"]);
    tester.press("0").shows(&["¬照片看不清"]);
}

#[test]
fn a_review_that_contradicts_itself_is_not_given() {
    let mut tester = to_review(Lang::Zh);
    tester.press("F4 Enter 2 Enter").shows(&["未写理由"]);
    tester.press("<text 缺签名> Enter F9 Left Enter").shows(&["整份记录不能通过"]);
    tester.press("Esc Up 0 F9 Right Enter").shows(&["退回未写理由"]);
    assert!(files_below(&tester.environment().path("ws/reviews")).is_empty());
}

/// Presses keys and does nothing of what follows; returns what follows of the last one.
fn asked(tester: &mut Tester, script: &str) -> Vec<Effect> {
    let keys = Key::script(script).expect("a key script");
    keys.into_iter().map(|key| tester.app.update(Msg::Key(key), now())).last().unwrap_or_default()
}

#[test]
fn while_a_review_is_being_written_nothing_else_is_said_of_the_record() {
    let mut tester = to_review(Lang::Zh);
    tester.press("F4 Enter");
    let Some(Effect::GiveReview(record, ..)) = asked(&mut tester, "F9 Enter").pop() else { panic!("no review") };
    for key in ["F9", "1", "2"] {
        assert!(asked(&mut tester, key).is_empty() && tester.app.overlay.is_none(), "{key}");
        tester.shows(&["正在写入审核意见"]);
    }
    // A review that was refused can be given again.
    let refused = Err(Error::input(ducha::text!("storage.not-utf8")));
    tester.send(Msg::ReviewGiven(record, Box::new(refused)));
    assert!(matches!(asked(&mut tester, "F9 Enter").as_slice(), [Effect::GiveReview(..)]));
}

#[test]
fn a_correction_is_begun_once_and_opened_where_somebody_waits_for_it() {
    for waits in [true, false] {
        let mut tester = returned(Lang::Zh);
        tester.press("Enter");
        let Some(Effect::Revise(record)) = asked(&mut tester, "F4").pop() else { panic!("no correction") };
        assert!(asked(&mut tester, "F4").is_empty(), "it is being begun");
        if !waits {
            tester.press("Esc");
        }
        let draft = RecordId("01DRAFT".into());
        let effects = tester.app.update(Msg::CorrectionBegun(record, Ok(draft.clone())), now());
        assert_eq!(effects.contains(&Effect::OpenDraft(draft)), waits, "{effects:?}");
    }
}

#[test]
fn nobody_reviews_their_own_record() {
    let mut tester = Tester::filling_two();
    tester.press("1 1 F9 Enter F9").shows(&["林明 参加了本次检查，不能审核自己的记录"]);
    tester.press("1").shows(&["¬拟提意见"]);
}

#[test]
fn whoever_approved_for_the_department_is_not_asked_again_for_the_leadership() {
    let tester = to_review(Lang::Zh);
    let environment = tester.leave();
    environment.write("ws/review.toml", "levels = 2\n");
    let mut tester = Tester::in_home(environment);
    tester.shows(&["待我审核"]);
    tester.press("F4").shows(&["科室   ○"]);
    tester.press("Enter F9 Enter Esc").shows(&["待本人审核 0", "委领导 ○"]);
    tester.press("Esc").shows(&["¬待我审核"]);
    tester.press("2 Enter F9").shows(&["科室审核由本人完成"]);
    let mut tester = hand_over(tester, "赵主任");
    tester.shows(&["待我审核"]);
    tester.press("F4 Enter F9 Enter").shows(&["已审核通过"]);
}

#[test]
fn a_leader_is_asked_once_the_department_has_approved() {
    let tester = to_review(Lang::Zh);
    tester.environment().write("ws/review.toml", "levels = 2\nleaders = [\"赵主任\"]\n");
    let tester = hand_over(tester, "赵主任");
    tester.shows(&["¬待我审核"]);
    let mut tester = hand_over(tester, "王芳");
    tester.shows(&["待我审核"]);
    tester.press("F4 Enter F9 Enter Esc Esc").shows(&["¬待我审核"]);
    hand_over(tester, "赵主任").shows(&["待我审核"]);
}

#[test]
fn what_was_found_before_an_item_was_corrected_is_no_finding_of_the_correction() {
    let tester = corrected(Lang::Zh);
    let texts: Vec<String> = files_below(&tester.environment().path("ws/records"))
        .iter()
        .map(|file| std::fs::read_to_string(file).expect("a record"))
        .collect();
    let [first, correction] = texts.as_slice() else { panic!("two records") };
    assert!(first.contains("登记缺两例") && !correction.contains("登记缺两例"), "{correction}");
}
