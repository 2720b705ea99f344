import PlainJSON

/// The contexts as `queuetop contexts` prints them. No secret is among what is known of them.
package struct ContextTable {
    private let contexts: [ContextSettings]
    private let current: String?

    /// - Parameter current: The one that the console opens by itself.
    package init(_ contexts: [ContextSettings], current: String?) {
        self.contexts = contexts
        self.current = current
    }

    /// For people: a row each, `*` before the current one.
    package var text: String {
        guard !self.contexts.isEmpty else {
            return "No contexts. Name brokers under `contexts:` in the configuration.\n"
        }
        let header = ["", "NAME", "URL", "VHOST", "USER", "SET"]
        let rows = [header] + self.contexts.map(self.cells)
        let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }

    private func cells(of context: ContextSettings) -> [String] {
        let words = [
            context.isReadOnly ? "read-only" : "", context.isProtected ? "protected" : "",
            context.colour?.rawValue ?? "",
        ]
        return [
            context.name == self.current ? "*" : "", context.name, context.url,
            context.virtualHost ?? "", context.user ?? "",
            words.filter { !$0.isEmpty }.joined(separator: ", "),
        ]
    }

    /// For programs: an array with an object each; what nobody said is null.
    package var json: String {
        let objects = self.contexts.map { context -> JSON in
            [
                "name": .text(context.name), "url": .text(context.url),
                "management_url": .optional(context.managementURL),
                "vhost": .optional(context.virtualHost), "user": .optional(context.user),
                "colour": .optional(context.colour?.rawValue),
                "is_read_only": .bool(context.isReadOnly),
                "is_protected": .bool(context.isProtected),
                "is_current": .bool(context.name == self.current),
            ]
        }
        return JSON.array(objects).compactText + "\n"
    }
}
