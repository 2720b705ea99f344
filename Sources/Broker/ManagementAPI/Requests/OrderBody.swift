import PlainJSON

/// The body of an order to one of queuetop's own endpoints: an object whose fields are all known
/// and all of their type.
///
/// RabbitMQ's endpoints overlook what they do not know. Here a word that is misspelt, or a value
/// of another type, would often mean "all messages" or "to where they died", so it is refused.
struct OrderBody {
    private let json: JSON

    /// - Parameter fields: Those that the endpoint knows.
    /// - Throws: 400 for what is no object, and for any other field.
    init(_ request: APIRequest, fields: String...) throws(APIFailure) {
        self.json = try request.object()
        var seen: Set<String> = []
        for member in self.json.members ?? [] {
            guard fields.contains(member.name) else {
                let known =
                    fields.isEmpty
                    ? "this takes none" : "known are \(fields.joined(separator: ", "))"
                throw .badRequest("there is no field '\(member.name)'; \(known)")
            }
            guard seen.insert(member.name).inserted else {
                throw .badRequest("\(member.name) is there twice")
            }
        }
    }

    /// A text; nil when it is missing.
    func text(_ name: String) throws(APIFailure) -> String? {
        switch self.json[name] {
        case nil: return nil
        case .text(let text): return text
        case .some: throw .badRequest("\(name) is a text")
        }
    }

    /// A text where null says the same as nothing.
    func textOrNull(_ name: String) throws(APIFailure) -> String? {
        switch self.json[name] {
        case nil, .null: return nil
        case .text(let text): return text
        case .some: throw .badRequest("\(name) is a text or null")
        }
    }

    /// A text that has to be there.
    func requiredText(_ name: String) throws(APIFailure) -> String {
        guard let text = try self.text(name) else { throw .badRequest("\(name) is missing") }
        return text
    }

    /// A whole number within bounds.
    func number(
        _ name: String, orElse missing: Int?, in range: ClosedRange<Int>
    ) throws(APIFailure) -> Int {
        let value = self.json[name] ?? missing.map { .integer(Int64($0)) }
        guard case .integer(let number) = value, let number = Int(exactly: number),
            range.contains(number)
        else {
            throw .badRequest(
                "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A list of texts; nil when it is missing.
    func texts(_ name: String, countMax: Int) throws(APIFailure) -> [String]? {
        guard let value = self.json[name] else { return nil }
        guard let elements = value.elements, elements.count <= countMax,
            case let texts = elements.compactMap(\.text), texts.count == elements.count
        else { throw .badRequest("\(name) is a list of at most \(countMax) texts") }
        return texts
    }
}

extension APIRequest {
    /// Checks that the query holds nothing that the endpoint does not know: a word that is
    /// misspelt would find more than was asked for.
    func requireQuery(of names: String...) throws(APIFailure) {
        for name in self.query.keys.sorted() where !names.contains(name) {
            let known =
                names.isEmpty ? "this takes none" : "known are \(names.joined(separator: ", "))"
            throw .badRequest("there is no parameter '\(name)'; \(known)")
        }
    }

    /// One of some words of the query; nil when it is missing.
    func word(_ name: String, of words: String...) throws(APIFailure) -> String? {
        guard let text = self.query[name] else { return nil }
        guard words.contains(text) else {
            throw .badRequest("\(name) is \(words.joined(separator: " or "))")
        }
        return text
    }
}
