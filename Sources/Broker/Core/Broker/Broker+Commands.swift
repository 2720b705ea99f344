import Messaging

extension Broker {
    /// Does what a client asked on a channel.
    ///
    /// Settling commands cost no reply; ``endBatch(now:)`` sends what they make room for.
    package mutating func handle(
        _ command: Command, from connection: ConnectionID, on channel: ChannelNumber,
        now: Timestamp
    ) {
        if case .openChannel = command {
            self.openChannel(connection, channel, now: now)
            return
        }
        guard let slot = self.channelSlot(connection, channel) else { return }
        let outbox = self.channels[slot].connection
        self.due.hasDefined = false
        do {
            let reply = try self.perform(command, on: slot, now: now)
            self.awaitDefinitions(outbox)
            if let reply { self.emit(.reply(channel, reply), to: outbox) }
        } catch {
            self.refuse(error, command.kind, on: slot, now: now)
        }
    }

    /// - Returns: The reply, unless there is none or it was sent already.
    private mutating func perform(
        _ command: Command, on slot: Int, now: Timestamp
    ) throws(Fault) -> Reply? {
        switch command {
        case .ack(let tag, let isMultiple):
            try self.ack(tag, isMultiple: isMultiple, on: slot, now: now)
        case .nack(let tag, let isMultiple, let isRequeue):
            try self.nack(
                tag, isMultiple: isMultiple, isRequeue: isRequeue, on: slot, now: now)
        case .reject(let tag, let isRequeue):
            try self.nack(tag, isMultiple: false, isRequeue: isRequeue, on: slot, now: now)
        case .recover(let isRequeue, let isAsync):
            guard isRequeue else { throw Fault(.notImplemented, "requeue=false") }
            try self.recover(on: slot, now: now)
            return isAsync ? nil : .recovered
        case .get(let queue, let isAutoAck):
            try self.get(queue, isAutoAck: isAutoAck, on: slot, now: now)
        case .consume(let request): try self.consume(request, on: slot, now: now)
        case .cancel(let tag, let isNoWait):
            self.cancel(tag, on: slot, now: now)
            return isNoWait ? nil : .cancelled(tag)
        case .setPrefetch(let count, let bytes, let isGlobal):
            try self.setPrefetch(Int(count), bytes: bytes, isGlobal: isGlobal, on: slot)
            return .prefetchSet
        case .selectConfirms(let isNoWait):
            guard self.channels[slot].transaction == nil else {
                throw Fault(.preconditionFailed, "cannot switch from tx to confirm mode")
            }
            self.channels[slot].isConfirming = true
            return isNoWait ? nil : .confirmsSelected
        case .selectTransactions:
            try self.selectTransactions(on: slot)
            return .transactionsSelected
        case .commitTransaction: return try self.commitTransaction(on: slot, now: now)
        case .rollBackTransaction:
            try self.rollBackTransaction(on: slot)
            return .transactionRolledBack
        case .setFlow(let isActive):
            guard isActive else { throw Fault(.notImplemented, "active=false") }
            return .flowSet(isActive: true)
        case .closeChannel:
            // What was published before it is confirmed before it.
            self.flushConfirms(of: slot)
            self.closeChannel(slot, now: now)
            return .channelClosed
        case .dropChannel: self.closeChannel(slot, now: now)
        case .openChannel: break
        case .declareExchange, .deleteExchange, .bind, .unbind, .declareQueue, .purgeQueue,
            .deleteQueue:
            return try self.performOnTopology(command, on: slot, now: now)
        }
        return nil
    }

    private mutating func performOnTopology(
        _ command: Command, on slot: Int, now: Timestamp
    ) throws(Fault) -> Reply? {
        switch command {
        case .declareExchange(let declaration):
            try self.declareExchange(
                declaration, in: self.host(of: slot), on: slot)
            return declaration.isNoWait ? nil : .exchangeDeclared
        case .deleteExchange(let name, let ifUnused, let isNoWait):
            try self.deleteExchange(
                name, ifUnused: ifUnused, in: self.host(of: slot), on: slot)
            return isNoWait ? nil : .exchangeDeleted
        case .declareQueue(let declaration):
            let reply = try self.declareQueue(declaration, on: slot, now: now)
            return declaration.isNoWait ? nil : reply
        case .bind(let request):
            try self.bind(request, on: slot)
            guard !request.isNoWait else { return nil }
            return request.isOfQueue ? .queueBound : .exchangeBound
        case .unbind(let request):
            try self.unbind(request, on: slot)
            guard !request.isNoWait else { return nil }
            return request.isOfQueue ? .queueUnbound : .exchangeUnbound
        case .purgeQueue(let name, let isNoWait):
            let count = try self.purge(name, on: slot, now: now)
            return isNoWait ? nil : .queuePurged(messages: UInt32(clamping: count))
        case .deleteQueue(let name, let ifUnused, let ifEmpty, let isNoWait):
            let count = try self.deleteQueue(
                name, ifUnused: ifUnused, ifEmpty: ifEmpty, on: slot, now: now)
            return isNoWait ? nil : .queueDeleted(messages: UInt32(clamping: count))
        case .openChannel, .closeChannel, .dropChannel, .setPrefetch, .consume, .cancel, .get, .ack,
            .nack,
            .reject, .recover, .selectConfirms, .selectTransactions, .commitTransaction,
            .rollBackTransaction, .setFlow:
            return nil
        }
    }
}
