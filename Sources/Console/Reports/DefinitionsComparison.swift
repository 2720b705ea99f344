import PlainJSON
import Screens

/// What an import of definitions would do to a broker: what `import --definitions --dry-run` says.
///
/// Both sides are what RabbitMQ exports. Only what both of them say is compared, so a member that
/// one broker writes and the other does not is no difference.
package struct DefinitionsComparison: Equatable, Sendable {
    /// What becomes of the items of one kind, by their names.
    package struct Part: Equatable, Sendable {
        package var kind: DefinitionKind
        package var new: [String] = []
        /// There, and replaced by what the file says.
        package var changed: [String] = []
        /// There and different; they stay as they are.
        package var kept: [String] = []
        /// The file has a password, of which nobody can tell whether it is the same.
        package var unknown: [String] = []
        package var same = 0

        init(_ kind: DefinitionKind) { self.kind = kind }
    }

    /// Of every kind that the file has, in the order in which they are imported.
    package let parts: [Part]

    /// - Parameters:
    ///   - file: What is to be imported.
    ///   - broker: What the broker has.
    package init(of file: JSON, with broker: JSON) {
        self.parts = DefinitionKind.allCases.compactMap { kind in
            guard let items = file[kind.rawValue]?.elements, !items.isEmpty else { return nil }
            let there = Dictionary(
                (broker[kind.rawValue]?.elements ?? []).map { (kind.identity(of: $0), $0) },
                uniquingKeysWith: { _, last in last })
            var part = Part(kind)
            for item in items { part.take(item, there[kind.identity(of: item)]) }
            return part
        }
    }
}

extension DefinitionsComparison.Part {
    fileprivate mutating func take(_ item: JSON, _ there: JSON?) {
        let name = self.kind.name(of: item)
        guard let there else {
            if self.kind == .exchanges, item["name"]?.text?.hasPrefix("amq.") == true {
                self.same += 1  // Every virtual host has them, and no export.
            } else {
                self.new.append(name)
            }
            return
        }
        let differs = (item.members ?? []).contains { member in
            guard let other = there[member.name] else { return false }
            return Self.normal(member) != Self.normal(.init(member.name, other))
        }
        if differs {
            if self.kind.isReplaced { self.changed.append(name) } else { self.kept.append(name) }
        } else if self.kind == .users, item["password"] != nil {
            self.unknown.append(name)
        } else {
            self.same += 1
        }
    }

    /// Tags are a list, or before RabbitMQ 3.9 one text with commas.
    private static func normal(_ member: JSON.Member) -> JSON {
        guard member.name == "tags", let text = member.value.text else { return member.value }
        let tags = text.split(separator: ",").map { $0.drop { $0 == " " } }
        return .array(tags.filter { !$0.isEmpty }.map { .text(String($0)) })
    }
}

// MARK: Words

extension DefinitionsComparison {
    /// Names that are listed for people.
    private static let namesMax = 100

    /// For people: how many of each kind, and which are not the same.
    package func lines(_ style: ReportStyle) -> [String] {
        guard !self.parts.isEmpty else { return ["The file defines nothing."] }
        var names = self.parts.flatMap { part in
            part.new.map { "new in \(part.kind.words): \($0)" }
                + part.changed.map { "changed in \(part.kind.words): \($0)" }
                + part.kept.map { "different in \(part.kind.words), and kept as it is: \($0)" }
                + part.unknown.map { "perhaps another password in \(part.kind.words): \($0)" }
        }.map { ReportTable.Cell($0).text }
        if names.count > Self.namesMax {
            names = names.prefix(Self.namesMax) + ["and \(names.count - Self.namesMax) more"]
        }
        return self.table.lines(style) + names
    }

    private var table: ReportTable {
        ReportTable(
            [
                .init("KIND", isFigure: false, rank: 0), .init("NEW", rank: 1),
                .init("CHANGED", rank: 2), .init("KEPT", rank: 3), .init("UNKNOWN", rank: 4),
                .init("SAME", rank: 5),
            ],
            rows: self.parts.map { part in
                [.init(part.kind.words)]
                    + [
                        part.new.count, part.changed.count, part.kept.count, part.unknown.count,
                        part.same,
                    ].map { .init(Figures.count($0)) }
            })
    }

    /// For programs: an object by kind.
    package var json: JSON {
        func names(_ names: [String]) -> JSON { .array(names.map { .text($0) }) }
        return .object(
            self.parts.map { part in
                .init(
                    part.kind.rawValue,
                    [
                        "new": names(part.new), "changed": names(part.changed),
                        "kept": names(part.kept), "unknown": names(part.unknown),
                        "same_items": .count(part.same),
                    ])
            })
    }
}
