import Messaging

/// One broker as the console sees it, whichever protocol is spoken behind it.
///
/// A link owns its connections and reconnects by itself. Calls fail at once with ``LinkError``
/// rather than wait for a connection, so the console never freezes. An action whose outcome is
/// unknown is reported as ``LinkError/outcomeUnknown(action:)`` and never repeated silently.
package protocol BrokerLink: Sendable {
    /// Who answers at the other end, and what it can do.
    func probe() async throws(LinkError) -> BrokerIdentity

    /// The cumulative counters of the broker and all its queues at one moment.
    ///
    /// Rates are differences of two samples; ``SampleHistory`` computes them for every link.
    func sample() async throws(LinkError) -> BrokerSample

    /// Messages of a queue that are ready at this moment, where ``sample()`` may be some seconds
    /// old: what is to be done with all of them begins with this count.
    ///
    /// - Throws: ``LinkError/queueNotFound(_:)``.
    func readyCount(of queue: QueueName) async throws(LinkError) -> Int

    /// Consumers, bindings and settings of one queue.
    ///
    /// - Throws: ``LinkError/queueNotFound(_:)``.
    func detail(of queue: QueueName) async throws(LinkError) -> QueueDetail

    /// Every connection and consumer.
    func clients() async throws(LinkError) -> ClientRoster

    /// One page of a queue's messages, from its head or from where an earlier page ended.
    ///
    /// - Throws: ``LinkError/tooIntrusive(_:_:)`` when looking would cost more than
    ///   `request.intrusionMax`.
    func browse(_ request: BrowseRequest) async throws(LinkError) -> BrowsePage

    /// Publishes one message and waits until the broker has taken it.
    ///
    /// - Returns: Whether it reached at least one queue.
    func publish(_ message: Message) async throws(LinkError) -> Bool

    /// Removes every ready message and returns how many there were.
    func purge(_ queue: QueueName) async throws(LinkError) -> Int

    /// Removes the chosen messages as far as they are still ready; returns how many were.
    func delete(_ messages: [MessageID], from queue: QueueName) async throws(LinkError) -> Int

    /// Deletes a queue and returns how many messages went with it.
    ///
    /// - Throws: ``LinkError/queueInUse(_:reason:)`` when a condition does not hold.
    func deleteQueue(
        _ queue: QueueName, ifUnused: Bool, ifEmpty: Bool
    ) async throws(LinkError) -> Int

    /// Closes a client's connection; the client is told the reason.
    ///
    /// - Parameter reason: Cut to what a reply text can hold.
    /// - Returns: How many unacked messages went back to their queues; nil when not known.
    /// - Throws: ``LinkError/connectionNotFound``.
    func closeConnection(
        _ connection: ConnectionID, reason: String
    ) async throws(LinkError) -> Int?

    /// Cancels a consumer; what it holds stays with its channel until that acks it or closes.
    ///
    /// - Returns: How many unacked messages it holds.
    /// - Throws: ``LinkError/consumerNotFound(_:)``.
    func cancelConsumer(_ consumer: ClientConsumer.ID) async throws(LinkError) -> Int

    /// Opens the circuit breaker of a queue until it is closed again, or closes it.
    ///
    /// - Throws: ``LinkError/noCircuitBreaker(_:)``.
    func setBreaker(_ queue: QueueName, isOpen: Bool) async throws(LinkError)

    /// Puts dead letters back; see ``RedriveRequest``.
    ///
    /// The stream ends after ``RedriveEvent/finished(_:)`` or ``RedriveEvent/failed(_:_:)``.
    /// Ending to listen stops the redrive after the batch under way.
    func redrive(_ request: RedriveRequest) -> AsyncStream<RedriveEvent>

    /// Copies messages of a stream to the end of a queue; see ``ReplayRequest``.
    ///
    /// The stream of events ends after ``ReplayEvent/finished(_:)`` or
    /// ``ReplayEvent/failed(_:_:)``. Ending to listen stops the replay after the batch under way;
    /// what was copied stays.
    func replay(_ request: ReplayRequest) -> AsyncStream<ReplayEvent>

    /// Ends the link; later calls throw ``LinkError/disconnected(reason:)``.
    func close() async
}

extension BrokerLink {
    /// For links whose samples are of the moment.
    package func readyCount(of queue: QueueName) async throws(LinkError) -> Int {
        guard let sample = try await self.sample().queues.first(where: { $0.name == queue }) else {
            throw .queueNotFound(queue)
        }
        return sample.ready
    }
}
