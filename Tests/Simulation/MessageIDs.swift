/// What is known of message ids, where a queue takes each once.
struct MessageIDs {
    /// Ids whose message must not be taken again, each with its body.
    private(set) var known: [String] = []
    /// Ids whose message never got to the disk, so that they are to be taken again.
    private(set) var forgotten: [String] = []
    private(set) var knownAfterRestart = 0
    /// Since the last restart, with the message's body.
    private var fresh: [String: String] = [:]

    /// A message was published for the first time.
    mutating func publishedFirst(_ id: String, body: String) {
        self.forgotten.removeAll { $0 == id }
        self.known.append(id)
        self.fresh[body] = id
    }

    /// The body of the message that has an id, if it was published since the last restart.
    func freshBody(of id: String) -> String? { self.fresh.first { $0.value == id }?.key }

    /// Notes what a restart left of a message and its id.
    mutating func restarted(
        _ item: SimulationModel.Item, isThere: Bool, _ restart: SimulationModel.Restart
    ) {
        guard let id = self.fresh.removeValue(forKey: item.body) else { return }
        if item.isProven || isThere {
            self.knownAfterRestart += 1
            return
        }
        self.known.removeAll { $0 == id }
        // One that was settled may have been there, and then its id is known.
        if item.settledIn == nil { self.forgotten.append(id) }
    }
}
