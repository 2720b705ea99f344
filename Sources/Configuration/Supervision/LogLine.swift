import Logging
import PlainJSON

/// One line of the log as text or JSON, without its end.
///
/// ```
/// 2026-11-26T08:00:00.123Z info  connection opened  client=127.0.0.1:40112 user=guest
/// {"time":"2026-11-26T08:00:00.123Z","level":"info","message":"connection opened",
///  "client":"127.0.0.1:40112","user":"guest"}
/// ```
/// What clients say of themselves stands in it, so nothing goes out that could act on a terminal
/// or begin another line.
package struct LogLine: Equatable, Sendable {
    package var time: String
    package var level: Logger.Level
    package var message: String
    /// In the order in which they are written.
    package var fields: [Field]

    /// Something that the line is about.
    package struct Field: Equatable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// - Parameter time: As RFC 3339 has it.
    package init(time: String, level: Logger.Level, message: String, fields: [Field] = []) {
        self.time = time
        self.level = level
        self.message = message
        self.fields = fields
    }

    /// For people.
    package var text: String {
        let level = self.level.rawValue
        let padding = String(repeating: " ", count: max(0, 7 - level.utf8.count))
        let fields = self.fields.map { " \(Self.plain($0.name))=\(Self.word($0.value))" }
        return "\(self.time) \(level)\(padding) \(Self.plain(self.message))\(fields.joined())"
    }

    /// For programs: one object. Of fields of the same name the last one counts.
    package var json: String {
        let own = [
            Field("time", self.time), Field("level", self.level.rawValue),
            Field("message", self.message),
        ]
        return JSON.object((own + self.fields).map { .init($0.name, .text($0.value)) }).compactText
    }

    /// A value as it is when it is one word, else in quotes.
    private static func word(_ value: String) -> String {
        let isWord =
            !value.isEmpty
            && value.unicodeScalars.allSatisfy {
                $0 != " " && $0 != "\"" && $0 != "=" && !JSON.isHidden($0)
            }
        return isWord ? value : JSON.quoted(value)
    }

    /// Text without what a terminal would obey.
    private static func plain(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { plain, scalar in
            if JSON.isHidden(scalar) {
                plain += JSON.escaped(scalar)
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
    }
}
