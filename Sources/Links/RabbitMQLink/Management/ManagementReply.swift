import Messaging
import PlainJSON

/// What a management API answered, as one kind of thing.
package protocol ManagementReply: Sendable {
    /// - Throws: When it is another kind of thing. One odd field is no reason: versions of brokers
    ///   differ in what they leave out and in what they put in its place, and it must not cost all
    ///   the others.
    init(_ json: JSON) throws(ReplyError)
}

/// Why an answer is not what it should be.
package enum ReplyError: Error, Equatable {
    case missing(String)
    case noList
}

extension Array: ManagementReply where Element: ManagementReply {
    package init(_ json: JSON) throws(ReplyError) {
        guard let elements = json.elements else { throw .noList }
        self = []
        self.reserveCapacity(elements.count)
        for element in elements { self.append(try Element(element)) }
    }
}

extension JSON {
    /// The text under a name that has to be there.
    func name(_ name: String) throws(ReplyError) -> String {
        guard let text = self[name]?.text else { throw .missing(name) }
        return text
    }

    /// The text under a name; nil when it is missing, empty or no text.
    func text(_ name: String) -> String? {
        self[name]?.text.flatMap { $0.isEmpty ? nil : $0 }
    }

    func flag(_ name: String) -> Bool? { self[name]?.bool }

    /// A whole number from 0 on.
    func count(_ name: String) -> Int? { self.total(name).map { Int(clamping: $0) } }

    /// The same; some brokers write whole numbers with a fraction.
    func total(_ name: String) -> UInt64? {
        switch self[name] {
        case .integer(let value): UInt64(exactly: value)
        case .number(let value): UInt64(exactly: value)
        default: nil
        }
    }

    /// How often a second the counter of that name moves.
    func rate(_ name: String) -> Double? {
        switch self[name]?["rate"] {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// An object; where it has no members some brokers write an empty list instead.
    func object(_ name: String) -> JSON {
        guard let value = self[name], value.members != nil else { return .object([]) }
        return value
    }
}

extension FieldTable {
    /// The fields of a JSON object, by name: brokers write them in any order.
    init(_ object: JSON) {
        let members = (object.members ?? []).sorted { $0.name < $1.name }
        self.init(members.map { Field($0.name, $0.value.fieldValue) })
    }
}
