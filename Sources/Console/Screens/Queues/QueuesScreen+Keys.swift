import BrokerLink
import Canvas

extension QueuesScreen {
    package func keyAction(for action: Action, in context: ScreenContext) -> KeyAction {
        switch action {
        case .open: KeyAction([.enter], "open the queue", footer: "open")
        case .peek:
            KeyAction(
                [.character("p")], "peek at the messages", footer: "peek", needs: .browse)
        case .requeue:
            KeyAction(
                [.character("r")], "requeue its dead letters", footer: "requeue",
                needs: .redrive)
        case .purge:
            KeyAction(
                [.character("P")], "purge", footer: "purge", kind: .destructive, needs: .purge)
        case .delete:
            KeyAction(
                [.character("D")], "delete the queue", footer: "delete", kind: .destructive,
                needs: .deleteQueue)
        case .mark: KeyAction([.character(" ")], "mark", footer: "mark")
        case .markAll: KeyAction([.character("*")], "mark all, or none")
        case .filter: KeyAction([.character("/")], "filter by name", footer: "filter")
        case .sortWorst: KeyAction([.character("0")], "sort the worst first")
        case .sort(let column):
            KeyAction(
                column.digit.map { [.character($0)] } ?? [], "sort by \(column.words)",
                footer: "sort", family: Self.sortFamily)
        }
    }

    private static let sortFamily = KeyAction.Family(
        keys: "1-9", title: "sort by that column, again to reverse")

    package func availability(of action: Action, in context: ScreenContext) -> Availability {
        switch action {
        case .filter, .sortWorst, .sort: return .available
        case .markAll, .mark:
            return self.names.isEmpty ? .unavailable(because: "no queue is listed") : .available
        case .open, .peek, .delete:
            return self.selectedQueue(in: context) == nil
                ? .unavailable(because: "no queue is selected") : .available
        case .requeue:
            guard let queue = self.selectedQueue(in: context) else {
                return .unavailable(because: "no queue is selected")
            }
            return queue.sample.receivesDeadLetters
                ? .available
                : .unavailable(because: "\(queue.sample.name) is not a dead-letter queue")
        case .purge:
            return self.purgeAvailability(in: context)
        }
    }

    /// Asked for each frame: it stops at the first queue that has something to purge.
    private func purgeAvailability(in context: ScreenContext) -> Availability {
        let marked = self.cursor.marked
        if !marked.isEmpty {
            return marked.contains { context.history.queue($0)?.sample.mayHaveReady == true }
                ? .available
                : .unavailable(because: "none of the marked queues has ready messages")
        }
        guard let queue = self.selectedQueue(in: context) else {
            return .unavailable(because: "no queue is selected")
        }
        return queue.sample.mayHaveReady
            ? .available : .unavailable(because: "\(queue.sample.name) has no ready messages")
    }
}
