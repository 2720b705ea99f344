import Messaging

extension Dialog {
    /// The same question, which a protected context only takes an answer to after a name was typed:
    /// the queue's, or the context's when several queues are meant or a name cannot be typed.
    func guarded(in context: ContextChoice?) -> Dialog {
        guard let context, context.isProtected else { return self }
        let queues = Set(self.effects.compactMap(\.destroyed))
        guard let first = queues.first else { return self }
        var dialog = self
        let isTypeable =
            queues.count == 1 && !first.text.isEmpty
            && first.text.count <= TextField.charactersMax
            && first.text.allSatisfy { !$0.isNewline && $0 != "\t" }
        dialog.typedText = isTypeable ? first.text : context.name.text
        dialog.lines.insert("\(context.name) is protected: type the name to go on.", at: 0)
        return dialog
    }
}

extension ScreenEffect {
    /// The queue of which something is destroyed; nil for everything else.
    fileprivate var destroyed: QueueName? {
        guard case .work(let work) = self else { return nil }
        switch work {
        case .purge(let queue), .deleteQueue(let queue, _, _), .deleteMessages(_, let queue):
            return queue
        default:
            return nil
        }
    }
}
