//! Measuring, wrapping and cutting of text: the only module that does.
