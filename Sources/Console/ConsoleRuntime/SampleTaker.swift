import BrokerLink

/// Takes samples of a broker and keeps what they say, away from the main actor.
///
/// With ten thousand queues that is work for some milliseconds, which no key should wait for. The
/// history is handed over whole, once a sample.
actor SampleTaker {
    private let link: any BrokerLink
    private var history = SampleHistory()
    /// What was answered before. Whoever showed it has let go of it by the next sample, so that
    /// its figures are freed here and not between a key and its frame.
    private var former: SampleHistory?

    init(of link: any BrokerLink) { self.link = link }

    /// Takes one more sample and answers all that is known then.
    ///
    /// - Precondition: The one before has been answered.
    func next() async throws(LinkError) -> SampleHistory {
        let sample = try await self.link.sample()
        self.former = self.history
        self.history.append(sample)
        return self.history
    }
}
