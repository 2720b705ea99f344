import BrokerLink
import Messaging

/// The newest roster that a screen has; asks for the next one with each sample, once at a time.
struct ClientFeed: Sendable {
    /// Nil before the first answer.
    private(set) var roster: ClientRoster?
    private(set) var rates = ClientRates()
    /// Why the roster is missing or old.
    private(set) var failure: LinkError?
    /// Whether an answer is awaited, so that a slow broker is not asked ever more.
    private var isAwaited = false

    mutating func wanted() -> [ScreenEffect] {
        guard !self.isAwaited else { return [] }
        self.isAwaited = true
        return [.work(.clients)]
    }

    /// Takes an answer in, and says whether it was one to this screen.
    mutating func took(_ result: Result<ClientRoster, LinkError>) -> Bool {
        guard self.isAwaited else { return false }
        self.isAwaited = false
        switch result {
        case .success(let roster):
            self.rates.append(roster)
            self.roster = roster
            self.failure = nil
        case .failure(let error): self.failure = error
        }
        return true
    }

    func connection(_ id: ConnectionID) -> ClientConnection? {
        self.roster?.connections.first { $0.id == id }
    }
}
