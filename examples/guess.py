secret = 37

while True:
    try:
        guess = int(input("Your guess? "))
    except ValueError:
        print("A number, please.")
        continue
    except EOFError:
        print("\nIt was", secret)
        break
    if guess == secret:
        print("Yes!")
        break
    print("More." if guess < secret else "Less.")
