//! Radicals that stand for characters.
//!
//! Programs that print a page to PDF name a character by the radical that looks the same (⼀ for 一), because a font draws
//! both alike; whoever copies from there gets the radicals. Source: the blocks Kangxi Radicals and CJK Radicals Supplement
//! of the Unicode Standard.

/// The characters of the radicals from U+2F00 on, in their order.
const KANGXI: &str = "\
    一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日\
    曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行\
    衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

const KANGXI_FIRST: char = '\u{2f00}';

/// Other radicals that stand for whole characters, each with its character.
const OTHERS: &str = "\
    ⺟母⺠民⺪疋⺬示⻁虎⻄西⻅见⻆角⻉贝⻋车⻑長⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻬齐⻮齿⻰龙⻳龟";

/// Returns the character that a radical stands for, and every other character as it is.
pub(super) fn plain(char: char) -> char {
    match char {
        '\u{2f00}'..='\u{2fd5}' => KANGXI.chars().nth(char as usize - KANGXI_FIRST as usize).unwrap_or(char),
        '\u{2e80}'..='\u{2eff}' => {
            let mut pairs = OTHERS.chars();
            while let (Some(radical), Some(meant)) = (pairs.next(), pairs.next()) {
                if radical == char {
                    return meant;
                }
            }
            char
        }
        _ => char,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radicals_become_the_characters_that_look_like_them() {
        assert_eq!(KANGXI.chars().count(), 214);
        assert_eq!(OTHERS.chars().count() % 2, 0);
        let cases = [
            ('\u{2f00}', '一'),
            ('\u{2f06}', '二'),
            ('\u{2ed4}', '门'),
            ('\u{2fd5}', '龠'),
            ('\u{2e80}', '\u{2e80}'),
            ('门', '门'),
        ];
        for (radical, meant) in cases {
            assert_eq!(plain(radical), meant);
        }
    }
}
