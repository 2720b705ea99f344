/// Why a theme file was refused, and what to do about it.
package struct ThemeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong with a line, or with the file.
    package enum Reason: Error, Equatable, Sendable {
        /// Not `theme[key]="colour"`, not a comment, not blank.
        case unreadableLine(String)
        /// A quote that is not closed, or text behind the closing one.
        case unclosedValue(key: String)
        case notAColour(key: String, value: String)
        /// More than ``Theme/fileBytesMax``.
        case tooLong(bytes: Int)
    }

    package let theme: String
    /// Counted from 1.
    package let line: Int
    package let reason: Reason

    package var description: String {
        let place = "theme \(Self.shown(self.theme)), line \(self.line): "
        switch self.reason {
        case .unreadableLine(let text):
            return place + "\(Self.shown(text)) is neither a colour nor a comment. "
                + "Write theme[key]=\"#RRGGBB\", or put # in front of the line."
        case .unclosedValue(let key):
            return place + "the value of \(Self.shown(key)) does not end with a quote. "
                + "Write theme[\(VisibleText.of(key))]=\"#RRGGBB\"."
        case .notAColour(let key, let value):
            return place + "\(Self.shown(value)) is not a colour for \(Self.shown(key)). "
                + "Write \"#RRGGBB\", \"#RR\" for a grey, \"R G B\" with numbers from 0 to 255, "
                + "or \"\" for the terminal's own colour."
        case .tooLong(let bytes):
            return "theme \(Self.shown(self.theme)): \(bytes) bytes are more than a theme can have "
                + "(\(Theme.fileBytesMax)). Is this a theme file?"
        }
    }

    /// In quotes, short, and with nothing that could steer the terminal the message is printed on.
    private static func shown(_ text: String) -> String {
        "\"" + TextWidth.truncated(VisibleText.of(text), toColumns: 40) + "\""
    }
}
