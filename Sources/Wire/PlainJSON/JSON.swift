/// A JSON value whose objects keep the order of their members (RFC 8259).
///
/// What programs read has to look the same every time, and a message has to come back as it was;
/// so nothing here is sorted, rounded or dropped.
package enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Finite: JSON has no other numbers.
    case number(Double)
    case text(String)
    case array([JSON])
    case object([Member])

    /// One named value of an object.
    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: JSON

        package init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }
}

extension JSON {
    /// The text, or null when there is none.
    package static func optional(_ text: String?) -> JSON { text.map { .text($0) } ?? .null }

    /// The number, or null when there is none.
    package static func optional(_ value: Int64?) -> JSON { value.map { .integer($0) } ?? .null }

    /// The number, or null when there is none or it is not finite.
    package static func optional(_ value: Double?) -> JSON {
        guard let value, value.isFinite else { return .null }
        return .number(value)
    }

    /// A count.
    package static func count(_ value: Int) -> JSON { .integer(Int64(value)) }

    /// A total; what is past the largest integer is that one.
    package static func count(_ value: UInt64) -> JSON { .integer(Int64(clamping: value)) }

    /// The last member of that name, as of JavaScript's objects, when it is an object that has one.
    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    package var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    package var integer: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    package var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    package var members: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    package var elements: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }
}

extension JSON: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
