import BrokerLink
import Canvas

extension KeyAction {
    static let closeConnection = KeyAction(
        [.character("D")], "close the connection", footer: "close", kind: .destructive,
        needs: .closeConnection)

    static let filterClients = KeyAction(
        [.character("/")], "filter by any word", footer: "filter")

    static let sortWorst = KeyAction([.character("0")], "sort the worst first")

    static func sort(by column: some ClientColumn) -> KeyAction {
        KeyAction(
            column.digit.map { [.character($0)] } ?? [], "sort by \(column.words)",
            footer: "sort",
            family: Family(keys: "1-9", title: "sort by that column, again to reverse"))
    }
}

extension Prompt {
    static func clientFilter(_ text: String) -> Prompt {
        Prompt(.filter, label: "filter", text: text, hint: "!word leaves out")
    }
}

extension ClientConnection {
    /// One that closes already need not be closed.
    var closeAvailability: Availability {
        self.state == .closing
            ? .unavailable(because: "\(self.origin) is closing already") : .available
    }
}
