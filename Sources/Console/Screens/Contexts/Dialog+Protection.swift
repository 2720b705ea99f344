import Messaging

extension Dialog {
    /// The same question, which a protected context only takes an answer to after a name was typed:
    /// the queue's, or the context's when several queues are meant or a name cannot be typed.
    func guarded(in context: ContextChoice?) -> Dialog {
        guard let context, context.isProtected else { return self }
        let queues = Set(self.effects.flatMap(\.losers))
        guard let first = queues.first else { return self }
        var dialog = self
        let isTypeable = queues.count == 1 && Self.isTypeable(first)
        dialog.typedText = isTypeable ? first.text : context.name.text
        dialog.lines.insert("\(context.name) is protected: type the name to go on.", at: 0)
        return dialog
    }

    /// Takes no answer before the queue's name was typed, in whatever context.
    mutating func demandName(of queue: QueueName) {
        let text = Self.isTypeable(queue) ? queue.text : self.verb
        self.lines.append("Type \(text) to do it all the same.")
        self.typedText = text
    }

    private static func isTypeable(_ queue: QueueName) -> Bool {
        !queue.text.isEmpty && queue.text.count <= TextField.charactersMax
            && queue.text.allSatisfy { !$0.isNewline && $0 != "\t" }
    }
}

extension ScreenEffect {
    /// The queues that lose messages by it.
    fileprivate var losers: [QueueName] {
        guard case .work(let work) = self else { return [] }
        switch work {
        case .purge(let queue), .deleteQueue(let queue, _, _), .deleteMessages(_, let queue):
            return [queue]
        case .redrive(let plan): return plan.sources
        default: return []
        }
    }
}
