import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport
import Testing

/// Tabs, help, palette, themes, notices, freezing: what is the same on every screen.
struct ShellTests {
    @Test("Help is made from the key table and can be read to its end")
    func help() {
        var driver = Fleet.driver()
        driver.press(.character("?"))
        #expect(
            driver.text == """
                 queuetop  embedded  guest@/           ▲ 3,660/s  ▼ 2,769/s  3 alarms  18:33:40
                 ╭─ Keys ───────────────────────────────────────── 22 more below · j k · esc ─╮
                ╭│ Queues                                                                     │╮
                ││ enter          open the queue                                              ││
                ││ p              peek at the messages                                        ││
                ││ r              requeue its dead letters: orders.payment is not a           ││
                ││                dead-letter queue                                           ││
                ││ P              purge                                                       ││
                ││ D              delete the queue                                            ││
                ││ space          mark                                                        ││
                ││ *              mark all, or none                                           ││
                ││ /              filter by name                                              ││
                ││ 0              sort the worst first                                        ││
                ││ 1-9            sort by that column, again to reverse                       ││
                ││                                                                            ││
                ││ Everywhere                                                                 ││
                ││ esc            leave this screen, filter or marks                          ││
                ││ tab            next tab                                                    ││
                ││ shift-tab      previous tab                                                ││
                ││ f              freeze the figures, or go on                                ││
                ││ :              choose an action by its name                                ││
                ││ ?              all keys of this screen                                     ││
                ╰╰────────────────────────────────────────────────────────────────────────────╯╯
                 enter open  p peek  r requeue  P purge  D delete  : actions  ? help
                """)
        driver.press(.character("G"))
        #expect(driver.text.contains("click selects, wheel turns"))
        driver.press(.escape)
        #expect(!driver.text.contains("click selects"))
    }

    @Test("The palette finds an action by some of its letters, and does it")
    func palette() {
        var driver = Fleet.driver()
        driver.press(.character(":"))
        driver.type("pu")
        #expect(
            driver.text == """
                 queuetop  embedded  guest@/           ▲ 3,660/s  ▼ 2,769/s  3 alarms  18:33:40
                  Overview   [Queues]   Dead letters    Consumers    Connections    Load
                ╭─ Q╭─ Actions ────────────────────────────────────── enter does it · esc ─╮▼ ─╮
                │   │ : pu                                                                 │AD │
                │▸ !│                                                                      │41 │
                │  !│ ▸ purge                                                            P │04 │
                │  !│   previous tab                                             shift-tab │ – │
                │   │   open the queue                                               enter │ 0 │
                │   │                                                                      │ 0 │
                │   │                                                                      │ 0 │
                │   │                                                                      │ 0 │
                │   │                                                                      │ 0 │
                │   │                                                                      │   │
                │   │                                                                      │   │
                │   │                                                                      │   │
                │   │                                                                      │   │
                │   │                                                                      │   │
                │   │                                                                      │   │
                │   │                                                                      │   │
                │   │                                                                      │   │
                │ ! │                                                                      │   │
                │   ╰──────────────────────────────────────────────────────────────────────╯   │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                 enter open  p peek  r requeue  P purge  D delete  : actions  ? help
                """)
        driver.press(.enter)
        #expect(driver.text.contains("Purge orders.payment?"))
    }

    @Test("What cannot be done now stands in the palette with its reason")
    func paletteReasons() {
        var driver = Fleet.driver()
        driver.press(.character(":"))
        driver.type("requeue")
        #expect(driver.text.contains("requeue its dead letters: orders.payment is not"))
        driver.press(.enter)
        #expect(driver.text.contains("Cannot requeue its dead letters"))
    }

    @Test("Sorting by a column without a key goes through the palette")
    func paletteSorts() {
        var driver = Fleet.driver()
        driver.press(.character(":"))
        driver.type("sort consumers")
        driver.press(.enter)
        #expect(driver.rows[2].contains("sort consumers ▼"))
    }

    @Test("Moving through the themes shows each at once, esc goes back")
    func themes() {
        var driver = Fleet.driver()
        driver.clearEffects()
        driver.press(.character("T"), .down)
        #expect(
            driver.text == #"""
                 queuetop  embedded  guest@/           ▲ 3,660/s  ▼ 2,769/s  3 alarms  18:33:40
                  Overview   [Queues]   Dead letters    Consumers    Connections    Load
                ╭─ Queues  8 ───────────────────────────────────────────── sort worst first ▼ ─╮
                │    NAME                   READY  UNACK    IN/s   OUT/s   OLDEST  CONS   DEAD │
                │▸ ! orders.payment       119,280    250   1,204     310   2m 41s     2     41 │
                │  ! email.outbound         9,001     40      88      92  41m 10s     1  1,204 │
                │  ! audit.archive            122      0       1       0   2h 11m     0      – │
                │    orders.dead            1,241      0       0       0   2h 10m     0      0 │
                │    orders.inventory         312     64   1,204   1,204   300 ms     4      0 │
                │    orders.shipping            0     12   1,163   1,163     6 ms     4      0 │
                │    evil␛[31m…\u{202E}         3      0       0       0    90 ms     1      0 │
                │    idle                       0      0       0       0        –     1      0 │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                 ╭─ Themes ─── enter · esc ─╮ │
                │                                                 │   dark                   │ │
                │                                                 │ ▸ light                  │ │
                │ ! no consumer keeps up: orders.payment grows by │   monochrome             │ │
                │   1,000,000 in 16m 25s                          ╰──────────────────────────╯ │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                 enter open  p peek  r requeue  P purge  D delete  : actions  ? help
                """#)
        driver.press(.down, .escape)
        #expect(
            driver.effects == [.setTheme("light"), .setTheme("monochrome"), .setTheme("dark")])
        #expect(driver.console.context.themeName == "dark")
    }

    @Test("Tabs by tab, shift-tab and click")
    func tabs() {
        var driver = Fleet.driver()
        func openTab() -> String? {
            driver.rows[1].split(separator: "[").last?.split(separator: "]").first
                .map(String.init)
        }
        #expect(openTab() == "Queues")
        driver.press(.backTab)
        #expect(openTab() == "Overview")
        driver.press(.backTab)
        #expect(openTab() == "Load")
        driver.press(.tab, .tab, .tab)
        #expect(openTab() == "Dead letters")
        driver.click(row: 1, column: 4)
        #expect(openTab() == "Overview")
    }

    @Test("esc goes back screen by screen, and at the bottom says that there is nothing to leave")
    func leaving() {
        var driver = Fleet.driver()
        driver.press(.enter, .character("p"))
        #expect(driver.rows[2].contains("Messages  orders.payment"))
        driver.press(.escape)
        #expect(driver.rows[2].contains("Queue  orders.payment"))
        driver.press(.escape)
        #expect(driver.rows[2].contains("Queues  8"))
        driver.press(.escape)
        #expect(driver.text.contains("There is nothing to leave here; q quits"))
        #expect(!driver.effects.contains(.quit))
    }

    @Test("A key that means nothing here says so, and the next key takes the notice away")
    func unknownKeys() {
        var driver = Fleet.driver()
        driver.press(.character("x"))
        #expect(driver.text.contains("x does nothing on Queues; ? shows the keys"))
        driver.press(.down)
        #expect(!driver.text.contains("does nothing"))
    }

    @Test("Frozen, the figures stay; going on shows the newest")
    func freeze() {
        var driver = Fleet.driver()
        driver.press(.character("f"))
        let frozen = driver.rows
        #expect(frozen[0].contains("FROZEN"))
        for second in [121, 122] {
            driver.send(
                .clock(.testStart.adding(seconds: Int64(second))),
                .sampled(.success(.of(Fleet.queues, second: second))))
        }
        #expect(driver.rows == frozen)
        driver.press(.character("P"))
        #expect(driver.text.contains("The screen is frozen: figures are of 18:33:40."))
        driver.press(.escape, .character("f"))
        #expect(driver.text.contains("121,068"))
        #expect(driver.rows[0].contains("18:33:42"))
    }

    @Test("+ and - go through the intervals and say where they end")
    func refresh() {
        var driver = Fleet.driver()
        driver.clearEffects()
        driver.press(.character("+"), .character("+"))
        #expect(driver.effects == [.setRefresh(0.5), .setRefresh(0.2)])
        driver.press(.character("+"))
        #expect(driver.text.contains("every 200 ms is the fastest"))
        driver.clearEffects()
        for _ in 0..<8 { driver.press(.character("-")) }
        #expect(driver.effects.last == .setRefresh(60))
        #expect(driver.text.contains("every 1m 00s is the slowest"))
    }

    @Test("A lost link is said in a sentence once, and in the header as long as it lasts")
    func lostLink() {
        var driver = Fleet.driver()
        driver.send(.sampled(.failure(.disconnected(reason: "connection refused"))))
        #expect(driver.text.contains("! Not connected: connection refused."))
        #expect(driver.rows[0].contains("NOT CONNECTED"))
        driver.press(.down)
        driver.send(.sampled(.failure(.disconnected(reason: "connection refused"))))
        #expect(!driver.text.contains("connection refused"))
        #expect(driver.rows[0].contains("NOT CONNECTED"))
        driver.send(.sampled(.success(.of(Fleet.queues, second: 122))))
        #expect(driver.text.contains("Connected again."))
        #expect(!driver.rows[0].contains("NOT CONNECTED"))
    }

    @Test("How something ended is said until a key is pressed, whatever happens to the link")
    func outcomesStay() {
        var driver = Fleet.driver()
        let unknown = LinkError.outcomeUnknown(action: "purging orders.dead")
        driver.send(.purged("orders.dead", .failure(unknown)))
        for link: Result<SampleHistory, LinkError> in [
            .failure(.disconnected(reason: "connection refused")),
            .success(.of(Fleet.queues, second: 122)),
        ] {
            driver.send(.sampled(link))
            #expect(driver.text.contains("purging orders.dead"))
        }
        driver.send(.clock(.testStart.adding(seconds: 3_600)))
        #expect(driver.text.contains("purging orders.dead"))
        driver.press(.down)
        #expect(!driver.text.contains("purging orders.dead"))
    }

    @Test("A notice goes by itself, an error later than a note")
    func noticesEnd() {
        var driver = Fleet.driver()
        driver.send(.noticed(Notice("all done", .done)))
        driver.send(.clock(.testStart.adding(seconds: 120 + 7)))
        #expect(driver.text.contains("all done"))
        driver.send(.clock(.testStart.adding(seconds: 120 + 8)))
        #expect(!driver.text.contains("all done"))
    }

    @Test("Pasted text is typed where text is asked for, and is no command anywhere else")
    func paste() {
        var driver = Fleet.driver()
        driver.clearEffects()
        driver.send(.pasted("Dy"))
        #expect(driver.effects.isEmpty)
        #expect(driver.text.contains("Nothing was done with the pasted text"))
        driver.press(.character("/"))
        driver.send(.pasted("ship\nping"))
        #expect(driver.rows[2].contains("1 of 8 · filter shipping"))
    }

    @Test("^C quits and ^Z suspends whatever lies over the screen, q quits only without")
    func quitting() {
        var driver = Fleet.driver()
        driver.press(.character("P"))
        driver.clearEffects()
        driver.press(.control("z"), .control("c"))
        #expect(driver.effects == [.suspend, .quit])
        driver.clearEffects()
        driver.press(.character("q"))
        #expect(driver.effects.isEmpty, "it closed the dialog")
        driver.press(.character("q"))
        #expect(driver.effects.isEmpty, "it asks")
        driver.press(.character("y"))
        #expect(driver.effects == [.quit])
    }

    @Test("q asks only where clients would be cut off")
    func quittingOthers() {
        var driver = Fleet.driver()
        driver.press(.character("q"))
        #expect(driver.text.contains("Quit, and end the broker?"))
        #expect(driver.text.contains("clients are connected to it and will be cut off."))
        driver.press(.enter)
        #expect(!driver.effects.contains(.quit), "Stay is focused")
        var identity = BrokerIdentity.fake()
        identity.address = "10.0.0.7:5672"
        var attached = Fleet.driver(identity: identity)
        attached.clearEffects()
        attached.press(.character("q"))
        #expect(attached.effects == [.quit])
    }

    @Test("A notice leaves the screen's frame whole, in one line or in several")
    func noticesAndFrames() {
        var driver = Fleet.driver()
        let border = driver.rows[22]
        driver.send(.noticed(Notice("Purged 6 messages from orders.", .done)))
        #expect(driver.rows[22] == border)
        #expect(driver.rows[23] == " · Purged 6 messages from orders.")
        driver.send(.noticed(Notice(String(repeating: "many words ", count: 12), .failure)))
        #expect(driver.rows[22] == border)
        #expect(driver.rows[21].hasPrefix("│ ╰──") && driver.rows[21].hasSuffix("──╯ │"))
        #expect(driver.rows[18].hasPrefix("│ ╭──"))
        #expect(driver.rows[23].hasPrefix(" enter open"))
        driver.press(.character("/"))
        driver.send(.noticed(Notice("Connected again.", .done)))
        #expect(driver.rows[20].hasPrefix("│ │ · Connected again."))
        #expect(driver.rows[23].hasPrefix(" filter: "), "a prompt keeps its line")
    }
}
